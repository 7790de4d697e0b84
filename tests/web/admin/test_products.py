"""Products at the pages: found, added, changed, sent as a file."""

from typing import Any

import pytest

from builders import line, order
from driver import Merchant
from spark_shipstation.web import catalogfiles
from visitor import Seen, Visitor


def skus(page: Seen) -> list[str]:
    return page.texts("//tbody//th[@scope='row']")


def alert(page: Seen) -> str:
    return " ".join(page.texts("//*[@role='alert']"))


def vendor_fields(page: Seen, place: int) -> dict[str, str]:
    """What a row of the form says."""
    [form] = page.all("//form[starts-with(@action, '/products/')]")
    return {name: form.fields[f"{name}-{place}"] or "" for name in ("vendor", "vendor_sku", "location", "priority")}


# The list.


def test_without_a_product_the_page_says_what_to_do_next(admin: Visitor, reader: Visitor) -> None:
    page = admin.get("/products")
    assert "There is no product yet" in page.words
    assert {"/products/new", "/products/file"} <= set(page.all("//main//a/@href"))
    assert "/products/new" not in reader.get("/products").all("//main//a/@href")


def test_a_product_says_who_ships_it_and_how_they_know_it(merchant: Merchant, admin: Visitor) -> None:
    merchant.add_store("East")
    east = {"vendor": "East", "vendor_sku": "E-MUG", "location": "A1"}
    offers: list[dict[str, Any]] = [{"vendor": "ShipStation", "priority": 2}, east]
    merchant.put_product("MUG", offers, name="Mug", brand="Acme", tags=["new"])
    [row] = admin.get("/products").texts("//tbody/tr")
    assert row == "MUG Mug East, as E-MUG, bin A1, priority 1 ShipStation, priority 2 Acme new"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"search": "mug"}, ["MUG-1", "MUG-2", "TEE"]),
        ({"search": "-2"}, ["MUG-2"]),
        ({"search": "%"}, []),
        ({"search": " blue "}, ["MUG-2"]),
        ({"brand": "Acme"}, ["MUG-1"]),
        ({"tag": "new"}, ["TEE"]),
        ({"search": "mug", "brand": "Acme"}, ["MUG-1"]),
        ({"vendor": "0" * 32}, []),
    ],
)
def test_products_are_found(merchant: Merchant, admin: Visitor, query: dict[str, str], found: list[str]) -> None:
    merchant.put_product("MUG-1", name="A mug", brand="Acme")
    merchant.put_product("MUG-2", name="A Blue one")
    merchant.put_product("TEE", name="Like a Mug", tags=["new"])
    page = admin.get("/products", **query)
    assert skus(page) == found
    assert ("No such product." in page.words) == (not found)


@pytest.mark.parametrize(
    ("word", "found"),
    [("50% o", ["PERCENT"]), ("_b", ["UNDER"]), ("a/b", ["SLASH"]), ("über", ["LARGE"]), ("ÜBERTOPF", ["LARGE"])],
)
def test_a_word_is_searched_for_as_it_stands_but_for_its_case(
    merchant: Merchant, admin: Visitor, word: str, found: list[str]
) -> None:
    names = {"PERCENT": "50% off", "PLAIN": "50 off", "UNDER": "a_b", "SLASH": "A/B", "LARGE": "Übertopf"}
    for sku, name in names.items():
        merchant.put_product(sku, name=name)
    assert skus(admin.get("/products", search=word)) == found


def test_products_of_a_vendor_are_found(merchant: Merchant, admin: Visitor) -> None:
    merchant.put_product("MUG", [{"vendor": "ShipStation"}])
    merchant.put_product("TEE")
    assert skus(admin.get("/products", vendor=merchant.shipstation.vendor.id)) == ["MUG"]


def test_the_pages_hold_each_product_once(merchant: Merchant, admin: Visitor) -> None:
    products = [{"sku": f"P/{number:03} &é", "name": "x"} for number in range(113)]
    merchant.http.post("/api/v1/products", json={"products": products}, auth=merchant.auth)
    page = admin.get("/products", search="x")
    seen = skus(page)
    while following := page.all("//a[@rel='next']/@href"):
        page = admin.get(following[0])
        seen += skus(page)
    assert seen == [str(product["sku"]) for product in products]
    assert skus(admin.get(page.all("//a[text()='First page']/@href")[0])) == seen[:50]


def test_a_product_of_another_account_is_not_there(merchant: Merchant, admin: Visitor, make_merchant: Any) -> None:
    make_merchant().put_product("SECRET")
    assert "SECRET" not in admin.get("/products").words
    assert admin.get("/products/one", sku="SECRET").status == 404


# One product.


def test_a_product_is_added_with_its_vendors_and_routes_what_waits_for_it(merchant: Merchant, admin: Visitor) -> None:
    merchant.add_store("East")
    east = merchant.get("/vendors/East")["id"]
    admin.get("/products/new")
    page = admin.fill(
        "/products/new", **{"sku": " A/B ", "name": "Mug", "tags": "fragile; new;", "weight": "0.5",
                            "weight_unit": "kg", "vendor-1": east, "vendor_sku-1": "E-1", "location-1": "A1",
                            "priority-1": "3"},
    )  # fmt: skip
    assert (page.status, page.path) == (200, "/products/one?sku=A%2FB")
    assert "Added A/B." in page.words
    got = merchant.get("/products/A/B")
    assert (got["name"], got["tags"], got["weight"]) == ("Mug", ["fragile", "new"], {"value": "0.50", "unit": "kg"})
    assert got["vendors"] == [
        {"vendor": "East", "vendor_id": east, "vendor_sku": "E-1", "location": "A1", "priority": 3}]  # fmt: skip
    assert vendor_fields(page, 0) == {"vendor": east, "vendor_sku": "E-1", "location": "A1", "priority": "3"}
    assert merchant.take(order(lines=[line(sku="A/B")]))[0]["lines"][0]["vendor"] == "East"


def test_a_form_that_is_sent_back_as_it_stands_changes_nothing(merchant: Merchant, admin: Visitor) -> None:
    merchant.put_product("MUG", [{"vendor": "ShipStation", "location": "A1", "priority": 4}], name="Mug",
                         weight={"value": "6.25", "unit": "oz"}, tags=["a", "b"], brand="Acme",
                         image_url="https://x.example/m.jpg")  # fmt: skip
    before = merchant.get("/products/MUG")
    admin.get("/products/one", sku="MUG")
    assert "Saved MUG." in admin.fill("/products/one").words
    assert merchant.get("/products/MUG") == before


def test_a_vendor_is_taken_off_by_emptying_its_row(merchant: Merchant, admin: Visitor) -> None:
    merchant.put_product("MUG", [{"vendor": "ShipStation", "location": "A1"}])
    admin.get("/products/one", sku="MUG")
    admin.fill("/products/one", **{"vendor-0": "", "location-0": ""})
    assert merchant.get("/products/MUG")["vendors"] == []


def test_what_is_wrong_is_told_at_its_field_and_what_was_entered_stays(merchant: Merchant, admin: Visitor) -> None:
    merchant.put_product("MUG", [{"vendor": "ShipStation"}], name="Mug")
    vendor = merchant.shipstation.vendor.id
    admin.get("/products/one", sku="MUG")
    wrong = {"name": "Cup", "weight": "heavy", "priority-0": "soon", "vendor_sku-1": "X", "vendor-2": vendor}
    page = admin.fill("/products/one", **wrong)
    assert page.status == 422
    told = page.texts("//*[@role='alert']//li")
    assert [words.partition(":")[0] for words in told] == ["Vendor 2", "Weight", "Priority 1"]
    assert page.all("//*[@aria-invalid]/@name") == ["weight", "priority-0", "vendor-1"]
    assert page.value("name") == "Cup"
    assert vendor_fields(page, 1)["vendor_sku"] == "X"
    assert vendor_fields(page, 2)["vendor"] == vendor
    assert merchant.get("/products/MUG")["name"] == "Mug"
    assert "Saved MUG." in admin.fill("/products/one", **{"weight": "", "priority-0": "1", "vendor_sku-1": "",
                                                          "vendor-2": ""}).words  # fmt: skip
    assert merchant.get("/products/MUG")["name"] == "Cup"


def test_the_same_vendor_twice_is_refused(merchant: Merchant, admin: Visitor) -> None:
    vendor = merchant.shipstation.vendor.id
    admin.get("/products/new")
    page = admin.fill("/products/new", **{"sku": "MUG", "vendor-0": vendor, "vendor-1": vendor})
    assert (page.status, "stands there twice" in alert(page)) == (422, True)
    assert page.value("sku") == "MUG"


def test_a_product_that_is_there_already_is_not_replaced_by_a_new_one(merchant: Merchant, admin: Visitor) -> None:
    merchant.put_product("MUG", name="Mug")
    admin.get("/products/new", sku="MUG")
    page = admin.fill("/products/new", name="Another")
    assert (page.status, alert(page)) == (409, "There is a product MUG already.")
    assert merchant.get("/products/MUG")["name"] == "Mug"


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(merchant: Merchant, admin: Visitor) -> None:
    merchant.put_product("MUG", name="Mug")
    admin.get("/products/one", sku="MUG")
    merchant.put_product("MUG", name="Theirs")
    page = admin.fill("/products/one", name="Mine")
    assert (page.status, "Somebody changed MUG meanwhile" in alert(page)) == (409, True)
    assert admin.fill("/products/one", name="Mine").status == 409  # not by sending it twice
    assert merchant.get("/products/MUG")["name"] == "Theirs"


def test_from_a_product_that_somebody_else_changed_a_link_leads_to_it_as_it_is_now(
    merchant: Merchant, admin: Visitor
) -> None:
    merchant.put_product("MUG & CO", name="Mug")
    admin.get("/products/one", sku="MUG & CO")
    merchant.put_product("MUG & CO", name="Theirs")
    page = admin.fill("/products/one", name="Mine")
    [way] = page.all("//main//a[text()='See MUG & CO as it is now']/@href")
    assert admin.get(way).value("name") == "Theirs"
    assert "Saved MUG & CO." in admin.fill("/products/one", name="Mine").words


def test_from_a_product_that_is_there_already_a_link_leads_to_it(merchant: Merchant, admin: Visitor) -> None:
    merchant.put_product("MUG", name="Mug")
    admin.get("/products/new")
    [way] = admin.fill("/products/new", sku="MUG").all("//main//a[text()='See MUG as it is now']/@href")
    assert admin.get(way).value("name") == "Mug"


def test_no_form_makes_a_product_that_is_not_there(merchant: Merchant, admin: Visitor) -> None:
    admin.get("/products/new")
    assert admin.post("/products/one", sku="NEW", seen="").status == 404
    assert admin.get("/products/one", sku="NEW").status == 404


def test_what_people_call_things_is_escaped(merchant: Merchant, admin: Visitor) -> None:
    nasty = "<script>alert(1)</script>"
    merchant.put_product("MUG", [{"vendor": "ShipStation", "vendor_sku": nasty}], name=nasty, brand=nasty, tags=[nasty])
    for page in (admin.get("/products"), admin.get("/products/one", sku="MUG")):
        assert nasty not in page.response.text
    assert admin.get("/products").words.count(nasty) == 4


def test_who_may_only_look_sees_the_product_without_a_form(merchant: Merchant, reader: Visitor) -> None:
    merchant.put_product("MUG", [{"vendor": "ShipStation", "vendor_sku": "S-MUG", "location": "A1"}], name="Mug")
    page = reader.get("/products/one", sku="MUG")
    assert page.all("//main//form") == []
    assert page.texts("//tbody/tr/*") == ["ShipStation", "S-MUG", "A1", "1"]
    assert reader.get("/products/new").status == 403
    for path in ("/products", "/products/file"):
        assert [
            form.get("method") for form in reader.get(path).all("//main//form") if form.get("method") != "get"
        ] == []


# A file.

GOOD = b"sku,name,vendor,location\nMUG,Mug,ShipStation,A1\nTEE,Tee,,\n"


def test_a_file_is_fetched_changed_and_sent_back(merchant: Merchant, admin: Visitor) -> None:
    merchant.put_product("MUG", [{"vendor": "ShipStation"}], name="=1")
    fetched = admin.http.get("/products/products.csv")
    assert fetched.headers["content-type"] == "text/csv; charset=utf-8"
    assert fetched.headers["content-disposition"] == 'attachment; filename="products.csv"'
    assert fetched.content.startswith(b"\xef\xbb\xbfsku,name,")
    assert b"MUG,'=1," in fetched.content
    admin.get("/products/file")
    page = admin.send("/products/file", fetched.content.replace(b"'=1", b"Mug"))
    assert (page.path, page.status) == ("/products", 200)
    assert "The file is taken in: 0 created, 1 updated, 0 unchanged, 0 refused." in page.words
    assert merchant.get("/products/MUG")["name"] == "Mug"


def test_every_wrong_row_is_told_and_the_others_are_taken_in(merchant: Merchant, admin: Visitor) -> None:
    admin.get("/products/file")
    page = admin.send("/products/file", GOOD + b"BAD,Bad,Nobody,\nWIDE,a,b,c,d\nTEE,Tee,,\n")
    assert page.status == 200
    assert "2 created, 0 updated, 0 unchanged, 3 refused." in alert(page)
    assert page.texts("//tbody/tr") == [
        "4BADvendorthere is no vendor Nobody",
        "5WIDEthe row has 5 cells, the header 4: put a text with a comma into quotes",
        "6TEEskuthe rows of a product must stand together: it stands in line 3, too",
    ]
    assert skus(admin.get("/products")) == ["MUG", "TEE"]


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"sku,vendor\nA,Nobody\n", 422, "Nothing was changed."),
        (b"", 422, "choose a file that is not empty"),
        (b"colour\nred\n", 400, "it lacks sku"),
        (GOOD + b'"open', 400, "is not CSV"),
        (GOOD + b"\xff", 400, "The file is not UTF-8"),
        (b"\x00\x01PK", 400, "it lacks sku"),
    ],
)
def test_a_file_of_which_nothing_can_be_taken_changes_nothing(
    merchant: Merchant, admin: Visitor, content: bytes, status: int, words: str
) -> None:
    admin.get("/products/file")
    page = admin.send("/products/file", content)
    assert (page.status, words in alert(page)) == (status, True), alert(page)
    assert skus(admin.get("/products")) == []


def test_a_page_of_reasons_has_an_end(merchant: Merchant, admin: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spark_shipstation.web.admin.catalog.files.SHOWN", 3)
    admin.get("/products/file")
    page = admin.send("/products/file", b"sku,vendor\n" + b"".join(b"P%d,No\n" % number for number in range(9)))
    assert page.texts("//caption") == ["9 things to mend; the first 3"]
    assert len(page.all("//tbody/tr")) == 3


def test_a_file_over_the_limit_is_refused_in_words(
    merchant: Merchant, admin: Visitor, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.state.parts.settings, "api_bytes", 20_000)
    monkeypatch.setattr(catalogfiles, "IN_MEMORY", 64)
    page = admin.get("/products/file")
    large = b"sku\n" + b"".join(b"P-%d\n" % number for number in range(4000))
    refused = admin.send("/products/file", large)
    assert (refused.status, refused.texts("//h1")) == (413, ["That is too large"])
    assert "The file is larger than 0.0191 MiB, so nothing was changed." in refused.words
    body = b"--x\r\nContent-Disposition: form-data; name=file; filename=a.csv\r\n\r\n" + large + b"\r\n--x--\r\n"
    pieces = (body[at : at + 5_000] for at in range(0, len(body), 5_000))
    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert admin.http.post("/products/file", content=pieces, headers=headers).status_code == 413
    assert skus(admin.get("/products")) == []
    assert page.token


def test_a_file_needs_the_token_of_its_own_session_and_our_own_page(admin: Visitor, reader: Visitor) -> None:
    admin.get("/products/file")
    for token in ("", reader.get("/me").token):
        assert admin.send("/products/file", GOOD, form_token=token).status == 403
    admin.get("/products/file")
    admin.http.headers["Origin"] = "https://evil.example"
    assert admin.send("/products/file", GOOD).status == 403
    assert skus(admin.get("/products")) == []


def test_who_may_only_look_sends_no_file(merchant: Merchant, reader: Visitor) -> None:
    for path in ("/products/file", "/routing/file"):
        assert reader.get(path).all("//input[@type='file']") == []
        assert reader.send(path, GOOD).status == 403
    assert skus(reader.get("/products")) == []
    assert reader.http.get("/products/products.csv").status_code == 200


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/x-www-form-urlencoded", b"form_token=x", 415),
        ("multipart/form-data", b"", 400),
        ("multipart/form-data; boundary=x", b"nonsense", 400),
        ("multipart/form-data; boundary=x", b"--x--\r\n", 403),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 20, 400),
    ],
)
def test_a_form_with_a_file_that_is_none_is_refused(admin: Visitor, kind: str, body: bytes, status: int) -> None:
    admin.get("/products/file")
    answer = admin.http.post("/products/file", content=body, headers={"content-type": kind})
    assert answer.status_code == status


def test_a_form_without_its_file_is_refused(admin: Visitor) -> None:
    token = admin.get("/products/file").token
    answer = admin.http.post("/products/file", files={"form_token": (None, token)})
    assert answer.status_code == 400
    assert "The form brings no file." in answer.text
