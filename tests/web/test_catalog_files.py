"""Products and routing rules as CSV over the API: what goes out comes back as it was, what is wrong is told row by row,
and a file is never larger in memory than it may be."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from driver import Merchant
from spark_shipstation.web import catalogfiles

HEAD = "sku,name,brand,tags,weight,weight_unit,image_url,vendor,vendor_sku,location,priority\r\n"


def send(merchant: Merchant, path: str, content: Any, method: str = "POST") -> httpx.Response:
    return merchant.http.request(method, f"/api/v1{path}", content=content, auth=merchant.auth)


def file_of(merchant: Merchant, path: str) -> str:
    response = merchant.http.get(f"/api/v1{path}", auth=merchant.auth)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert int(response.headers["content-length"]) == len(response.content)
    assert response.headers["content-disposition"] == f'attachment; filename="{path[1:]}"'
    return response.content.decode()


def skus(merchant: Merchant) -> list[str]:
    return [product["sku"] for product in merchant.get("/products")["products"]]


def test_products_go_out_and_come_back_as_they_were(merchant: Merchant) -> None:
    merchant.put_product("MUG", [{"vendor": "ShipStation", "location": "A1"}], name="=Mug, blue", tags=["a", "b"])
    merchant.put_product("TEE", name="Té")
    file = file_of(merchant, "/products.csv")
    assert file == HEAD + 'MUG,"\'=Mug, blue",,a;b,,,,ShipStation,,A1,1\r\nTEE,Té,,,,,,,,,\r\n'
    for content in (file.encode(), b"\xef\xbb\xbf" + file.encode(), file.replace("\r\n", "\n").encode()):
        answer = send(merchant, "/products.csv", content)
        assert (answer.status_code, answer.json()) == (
            200, {"created": 0, "updated": 0, "unchanged": 2, "refused": 0, "errors": []})  # fmt: skip


def test_every_wrong_row_is_told_with_its_line_and_column_and_the_good_products_stand(merchant: Merchant) -> None:
    rows = (
        "sku,name,weight,weight_unit,vendor,priority",
        "GOOD,Good,,,ShipStation,",
        "BAD,Bad,heavy,stone,Nobody,soon",
        "TWO,Two,,,ShipStation,1",
        "TWO,,,,East,2",
        ",None,,,,",
    )
    answer = send(merchant, "/products.csv", "\n".join(rows))
    got = answer.json()
    assert (answer.status_code, got["created"], got["refused"]) == (200, 1, 3)
    assert [(one["line"], one["column"], one["sku"]) for one in got["errors"]] == [
        (3, "weight", "BAD"), (3, "weight_unit", "BAD"), (3, "priority", "BAD"), (3, "vendor", "BAD"),
        (5, "vendor", "TWO"), (6, "sku", ""),
    ]  # fmt: skip
    assert got["errors"][4] | {"detail": "", "sku": ""} == {
        "detail": "", "pointer": "line 5, vendor", "line": 5, "column": "vendor", "sku": ""}  # fmt: skip
    assert got["errors"][4]["detail"] == "there is no vendor East"
    assert skus(merchant) == ["GOOD"]


def test_when_all_are_refused_it_is_a_problem_with_the_same_fields(merchant: Merchant) -> None:
    answer = send(merchant, "/products.csv", "sku,vendor\nA,Nobody\n")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert (answer.json()["refused"], answer.json()["errors"][0]["line"]) == (1, 2)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it lacks sku"),
        (b'{"sku": "A"}', "it lacks sku"),
        (b"sku,colour\nA,red\n", "There is no column colour."),
        ("sku,name\nA,é\n".encode("latin-1"), "The file is not UTF-8"),
        ("sku,name\nA,B\n".encode("utf-16"), "The file is not UTF-8"),
    ],
)
def test_what_is_no_file_of_products_is_refused_in_words(merchant: Merchant, content: bytes, words: str) -> None:
    answer = send(merchant, "/products.csv", content)
    assert (answer.status_code, words in answer.json()["detail"]) == (400, True), answer.text


@pytest.mark.parametrize("end", ['Z,"open', "Z,\xff"])
def test_a_file_that_breaks_off_is_refused_before_anything_is_done(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr(catalogfiles, "BATCH", 2)
    content = "sku,name\n" + "".join(f"P-{n},x\n" for n in range(9)) + end
    assert send(merchant, "/products.csv", content.encode("latin-1")).status_code == 400
    assert skus(merchant) == []


def test_a_file_of_several_transactions_is_taken_whole(merchant: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogfiles, "BATCH", 2)
    monkeypatch.setattr(catalogfiles, "IN_MEMORY", 64)  # so that it lies on disk
    rows = [f"P-{n},x,{'Nobody' if n == 3 else 'ShipStation'}\n" for n in range(7)]
    got = send(merchant, "/products.csv", "sku,name,vendor\n" + "".join(rows)).json()
    assert (got["created"], got["refused"], got["errors"][0]["line"]) == (6, 1, 5)
    assert skus(merchant) == [f"P-{n}" for n in range(7) if n != 3]
    assert file_of(merchant, "/products.csv").count("\r\n") == 7


def test_a_file_over_the_limit_is_refused_whether_it_says_its_length_or_not(
    merchant: Merchant, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.state.parts.settings, "api_bytes", 1_000)
    content = b"sku\n" + b"P\n" * 999

    def in_pieces() -> Iterator[bytes]:
        yield content[:500]
        yield content[500:]

    for path, method in (("/products.csv", "POST"), ("/routing-rules.csv", "PUT")):
        for body in (content, in_pieces()):
            refused = send(merchant, path, body, method)
            assert (refused.status_code, "1000" in refused.json()["detail"]) == (413, True)
    assert skus(merchant) == []


def test_nobody_brings_or_fetches_a_file_without_a_key(merchant: Merchant) -> None:
    for method, path in (("GET", "/products.csv"), ("POST", "/products.csv"), ("GET", "/routing-rules.csv"),
                         ("PUT", "/routing-rules.csv")):  # fmt: skip
        answer = merchant.http.request(method, f"/api/v1{path}", content=b"sku\n")
        assert (answer.status_code, "www-authenticate" in answer.headers) == (401, True)


def test_a_file_tells_nothing_of_another_account(merchant: Merchant, make_merchant: Any) -> None:
    other = make_merchant()
    other.put_product("SECRET")
    send(other, "/routing-rules.csv", "name,sku,exclude\nSECRET,A,yes\n", "PUT")
    assert "SECRET" not in file_of(merchant, "/products.csv") + file_of(merchant, "/routing-rules.csv")


# Rules.


def test_rules_go_out_and_replace_all_rules_when_they_come_back(merchant: Merchant) -> None:
    file = "name,sku,sku_pattern,brand,tag,countries,vendor,exclude\r\n,,MUG-*,,,DE;AT,ShipStation,\r\n,A,,,,,,yes\r\n"
    answer = send(merchant, "/routing-rules.csv", file, "PUT")
    assert (answer.status_code, [rule["countries"] for rule in answer.json()["rules"]]) == (200, [["DE", "AT"], []])
    assert file_of(merchant, "/routing-rules.csv") == file
    assert send(merchant, "/routing-rules.csv", "name\n", "PUT").json() == {"rules": []}


def test_where_a_rule_is_wrong_none_changes_and_every_reason_has_its_place(merchant: Merchant) -> None:
    send(merchant, "/routing-rules.csv", "sku,exclude\nKEPT,yes\n", "PUT")
    rows = "sku,countries,vendor,exclude\nA,,Nobody,\nB,XX,,perhaps\nC,,ShipStation,,more\n"
    refused = send(merchant, "/routing-rules.csv", rows, "PUT")
    assert refused.status_code == 422
    assert [(one["line"], one["column"]) for one in refused.json()["errors"]] == [
        (2, "vendor"), (3, "countries"), (3, "exclude"), (4, "")]  # fmt: skip
    refused = send(merchant, "/routing-rules.csv", "sku,vendor\nA,Nobody\n", "PUT")
    place = {"pointer": "line 2, vendor", "line": 2, "column": "vendor"}
    assert refused.json()["errors"] == [{"detail": "there is no vendor Nobody"} | place]
    assert [rule["sku"] for rule in merchant.get("/routing-rules")["rules"]] == ["KEPT"]


# What is read can be put back.


def test_a_product_that_is_read_can_be_put_back_unchanged(merchant: Merchant) -> None:
    merchant.put_product("A/B", [{"vendor": "ShipStation", "vendor_sku": "S", "location": "A1", "priority": 3}],
                         name="Mug", weight={"value": "0.5", "unit": "kg"}, tags=["x"])  # fmt: skip
    for sku in ("A/B", "A%2FB"):
        got = merchant.get(f"/products/{sku}")
        put = merchant.http.put(f"/api/v1/products/{sku}", json=got, auth=merchant.auth)
        assert (put.status_code, put.json()) == (200, got)
    products = {"products": merchant.get("/products")["products"]}
    many = merchant.http.post("/api/v1/products", json=products, auth=merchant.auth)
    assert [one["outcome"] for one in many.json()["results"]] == ["unchanged"]


def test_a_product_that_says_another_sku_or_anothers_vendor_id_is_refused(merchant: Merchant) -> None:
    merchant.add_store("East")
    merchant.put_product("MUG", [{"vendor": "ShipStation"}])
    got = merchant.get("/products/MUG")
    other = merchant.get("/vendors/East")["id"]
    for wrong, pointer in (
        ({"sku": "TEE"}, "/sku"),
        ({"vendors": [got["vendors"][0] | {"vendor_id": other}]}, "/vendors/0/vendor_id"),
        ({"vendors": [got["vendors"][0] | {"vendor_id": "ShipStation"}]}, "/vendors/0/vendor_id"),
    ):
        refused = merchant.http.put("/api/v1/products/MUG", json=got | wrong, auth=merchant.auth)
        assert refused.status_code == 422
        assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert merchant.get("/products/MUG") == got
