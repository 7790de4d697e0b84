"""The people of an account: what admins do, and what read-only people cannot."""

import threading
from uuid import uuid4

import pytest

from driver import Merchant
from spark_shipstation.errors import Conflict
from spark_shipstation.services import people
from visitor import Visitor, page_routes


def id_of(visitor: Visitor, email: str) -> str:
    [action] = visitor.get("/people").all(f"//tr[contains(., '{email}')]//form[contains(@action, '/role')]/@action")
    return str(action).split("/")[2]


def test_a_person_is_added_with_a_password_that_is_shown_once(admin: Visitor, base_url: str) -> None:
    admin.get("/people")
    email = f"{uuid4().hex}@example.com"
    added = admin.post("/people", email=f" {email.upper()} ", role="read-only")
    password = added.value("new-password")
    assert f"Added {email}." in added.words
    assert password not in admin.get("/people").response.text
    newcomer = Visitor(base_url, email, password)
    assert newcomer.sign_in().path == "/"
    assert "read-only" in newcomer.get("/me").words.lower()


@pytest.mark.parametrize(
    "email", ["", "ada", "ada@", "@example.com", "a b@example.com", "<b>@x", "a" * 250 + "@x.example"]
)
def test_what_is_no_address_is_refused_and_stays_in_the_form(admin: Visitor, email: str) -> None:
    admin.get("/people")
    refused = admin.post("/people", email=email, role="admin")
    assert refused.status == 422
    assert "write an e-mail address" in refused.words
    assert refused.value("email") == email


def test_an_address_is_taken_once(admin: Visitor) -> None:
    admin.get("/people")
    refused = admin.post("/people", email=admin.email, role="admin")
    assert refused.status == 409
    assert f"There is a user {admin.email} already." in refused.words


def test_a_role_counts_from_the_next_click_on(admin: Visitor, reader: Visitor) -> None:
    id_ = id_of(admin, reader.email)
    assert "Add a person" not in reader.get("/people").words
    admin.post(f"/people/{id_}/role", role="admin")
    assert "Add a person" in reader.get("/people").words


@pytest.mark.parametrize(("what", "fields"), [("role", {"role": "read-only"}), ("active", {"active": "no"})])
def test_the_last_admin_stays(admin: Visitor, what: str, fields: dict[str, str]) -> None:
    refused = admin.post(f"/people/{id_of(admin, admin.email)}/{what}", **fields)
    assert refused.status == 409
    assert "is the only active admin" in refused.words
    assert admin.get("/people").texts("//h2[@id='add-title']") == ["Add a person"]


def test_two_admins_who_demote_each_other_at_once_leave_one(merchant: Merchant, admin: Visitor) -> None:
    with merchant.sessions.begin() as session:
        people.add_person(session, merchant.account_id, f"{uuid4().hex}@example.com", "admin")
        both = [person.id for person in people.list_people(session, merchant.account_id)]
    ready, refused = threading.Barrier(2), []

    def demote(id_: str) -> None:
        ready.wait()
        try:
            with merchant.sessions.begin() as session:
                people.set_role(session, merchant.account_id, id_, "read-only")
        except Conflict:
            refused.append(id_)

    threads = [threading.Thread(target=demote, args=(id_,)) for id_ in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(refused) == 1


def test_nobody_makes_their_own_password_anew_and_locks_themselves_out(admin: Visitor) -> None:
    own = id_of(admin, admin.email)
    row = f"//tr[contains(., '{admin.email}')]"
    page = admin.get("/people")
    assert page.all(f"{row}//form[contains(@action, '/password')]") == []
    assert page.all(f"{row}//div[@class='actions']//a/@href") == ["/me"]
    refused = admin.post(f"/people/{own}/password")
    assert refused.status == 409
    assert "You cannot have your own password made anew: it would be shown to nobody." in refused.words
    assert admin.get("/people").texts("//h1") == ["People"]
    assert admin.sign_in().path == "/"


def forms_of_admins() -> list[str]:
    """Every form there is, but those about one's own matters."""
    own = {"/sign-in", "/sign-out", "/me/password", "/me/time-zone"}
    return [path for method, path in page_routes() if method == "POST" and path not in own]


def test_who_may_only_look_can_send_no_form(reader: Visitor) -> None:
    paths = forms_of_admins()
    assert "/people/{person}/active" in paths
    for path in paths:
        reader.get("/me")
        refused = reader.post(path.replace("{", "").replace("}", ""))
        assert refused.status == 403, path
        assert "You may look at everything and change nothing here" in refused.words


def test_who_may_only_look_sees_no_button_that_changes_anything(reader: Visitor) -> None:
    actions = reader.get("/people").all("//form/@action")
    assert actions == ["/sign-out"]
