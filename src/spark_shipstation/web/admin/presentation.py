"""What a vendor is shown of its orders, as a form: the choices in words, and what a person sent as the fields."""

from typing import Any

from ...errors import Invalid, Reason
from .visits import Form

SETTINGS: dict[str, dict[str, Any]] = {
    "withheld": {"withhold_email": "the buyer's e-mail address", "withhold_phone": "the buyer's phone number"},
    "choices": {
        "discounts": ("Discounts", {"lines": "a line for each code", "spread": "spread over the unit prices"}),
        "coupon_codes_in": (
            "Coupon codes",
            {"": "in the discounts only"}
            | {f"custom_field{number}": f"in Custom Field {number}" for number in range(1, 4)},
        ),
        "internal_notes": (
            "Internal notes",
            {"marked": "those marked for this vendor", "all": "those marked for nobody, too", "none": "none"},
        ),
    },
    "texts": {
        "requested_warehouse": ("Default Ship From location", 100),
        "source": ("Default selling channel", 50),
    },
}


def methods_as_text(methods: dict[str, str] | None) -> str:
    return "\n".join(f"{said} = {told}" for said, told in (methods or {}).items())


def methods_of(text: str) -> dict[str, str]:
    """Raises Invalid for a line without a sign of equality, or a method that is named twice."""
    methods: dict[str, str] = {}
    for line in filter(str.strip, text.splitlines()):
        said, equals, told = (part.strip() for part in line.partition("="))
        if not equals or said in methods:
            why = "is named twice" if equals else "has no “=”"
            raise Invalid("Nothing was changed.", [Reason(f"“{line.strip()[:60]}” {why}", "/shipping_methods")])
        methods[said] = told
    return methods


def fields_of(form: Form) -> dict[str, Any]:
    """What the form says, as the setting's own fields. Raises Invalid."""
    withheld = {name: form.text(name) == "yes" for name in SETTINGS["withheld"]}
    words = {name: form.text(name) for name in (*SETTINGS["choices"], *SETTINGS["texts"])}
    return {**withheld, **words, "shipping_methods": methods_of(form.text("shipping_methods"))}
