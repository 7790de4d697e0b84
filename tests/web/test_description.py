"""The page at /docs: it works without any other host, and without a script of its own."""

import re

import httpx
import pytest


def test_the_page_loads_nothing_from_another_host_and_holds_no_script(http: httpx.Client) -> None:
    page = http.get("/docs")
    policy = page.headers["content-security-policy"]
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy
    assert "//" not in page.text
    assert re.findall(r"<script[^>]*>([^<]*)</script>", page.text) == ["", ""]


def test_everything_that_the_page_names_is_there(http: httpx.Client) -> None:
    page = http.get("/docs").text
    named = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(named) == 5
    types = {name: http.get(f"/{name}").headers["content-type"].partition(";")[0] for name in named}
    assert types == {
        "docs/favicon.png": "image/png",
        "docs/swagger-ui.css": "text/css",
        "openapi.json": "application/json",
        "docs/swagger-ui-bundle.js": "text/javascript",
        "docs/start.js": "text/javascript",
    }


@pytest.mark.parametrize("name", ["nothing.js", "..%2Fcore.py", "%2E%2E%2Fcore.py", "redoc.standalone.js"])
def test_nothing_else_is_served_beside_it(http: httpx.Client, name: str) -> None:
    assert http.get(f"/docs/{name}").status_code == 404


def test_every_call_of_the_api_says_that_it_needs_a_key(http: httpx.Client) -> None:
    document = http.get("/openapi.json").json()
    assert document["components"]["securitySchemes"] == {"key": {"type": "http", "scheme": "basic"}}
    needed = {path: [call.get("security") for call in calls.values()] for path, calls in document["paths"].items()}
    for path, said in needed.items():
        assert said == [[{"key": []}] if path.startswith("/api/") else None] * len(said), path
