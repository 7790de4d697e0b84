"""Forty orders as real shops send them, made up: `python examples/make_orders.py` writes examples/orders.json.

This file is the source, orders.json its product: the same bytes on every run. Totals are added up here, never typed.
Nobody lives at these addresses; e-mails end in example.com, telephone numbers are 555-01xx.
"""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

ORDERS = Path(__file__).with_name("orders.json")
Plain = dict[str, Any]
IMAGES = "https://shop.example/images/"
YEN = 150  # to one unit of the other currencies, which all have the same prices here

# SKU: name, price, weight
ARTICLES: dict[str, tuple[str, str, tuple[str, str] | None]] = {
    "TEE-M": ("Logo tee, medium", "10.00", ("6", "oz")),
    "TEE-L": ("Logo tee, large", "10.00", ("6.5", "oz")),
    "HOODIE-XL": ("Heavy hoodie", "48.00", ("1.4", "lb")),
    "MUG-11": ("Mug, 11 oz ☕", "12.50", ("0.9", "lb")),
    "CANDLE-SOY": ("Soy candle “Forêt d'été”", "18.90", ("240", "g")),
    "BOOK-HAIKU": ("俳句 – a book of haiku", "21.00", ("0.35", "kg")),
    "STICKER-1": ("Sticker 🦄, die-cut", "0.35", ("2", "g")),
    "GIFT-WRAP": ("Gift wrapping", "3.00", None),
    "SURF-WAX": ("Surf wax, cold water 🏄", "4.25", ("85", "g")),
    "BOARD-BAG": ("Board bag 6'2\"", "89.00", ("2.75", "kg")),
    "TOWEL-XL": ("Beach towel XL", "32.00", ("1.1", "lb")),
    "SUNHAT": ("Sun hat", "27.50", ("4.5", "oz")),
    "RING-925": ("Silver ring, engraved", "64.00", ("5", "g")),
    "POSTER-A2": ("Poster A2 “Æther & Ωcean”", "24.00", None),
    "CARD-SET": ("Twelve cards", "15.00", ("0.2", "kg")),
}


def address(name: str, street: str, city: str, state: str, code: str, country: str, **more: str) -> Plain:
    where = {"address1": street, "city": city, "state": state, "postal_code": code, "country": country}
    return {key: value for key, value in ({"name": name} | where | more).items() if value}


PEOPLE: dict[str, Plain] = {
    "ada": address("Ada Buyer", "1 Main St", "Austin", "TX", "78701", "US", phone="512-555-0100"),
    "sam": address("Sam Sample", "200 Example Blvd", "San Diego", "CA", "92101", "US", phone="619-555-0101"),
    "erika": address("Erika Müßtermann", "9 Test Ave", "Portland", "OR", "97201", "USA", address2="Apt #4/B"),
    "events": address("", "77 Fair Way", "Chicago", "IL", "60601", "United States", company="Example Events & Co. LLC"),
    "israel": address("ישראל ישראלי", "18 Sample Sq", "Brooklyn", "NY", "11201", "US", phone="718-555-0102"),
    "fulan": address("فلان الفلاني", "5 Placeholder Ln", "Dearborn", "MI", "48124", "US"),
    "zoe": address("Zoë Çelik-Øst 🌻", "3 Nobody Ct", "Burlington", "VT", "05401", "us", phone="802-555-0103"),
    "lost": {"name": "Lou Nowhere", "postal_code": "00000", "country": "US"},
    "noel": address("Noël Exemplaire", "12, rue Fictive", "Montréal", "QC", "H2X 1Y4", "CA", phone="514-555-0104"),
    "maple": address("May Pell", "4 Toque Rd", "Whitehorse", "YT", "Y1A 1A1", "CAN"),
    "canuck": address("Cam Nuck", "88 Invented St", "Halifax", "NS", "B3H 0A1", "Canada", address2="Unit 5"),
    "gwen": address("Gwenllian Enghraifft", "Tŷ Gwyn, Lôn Ffug", "Pwllheli", "", "LL53 5AA", "GB"),
    "nigel": address("Nigel Norealname", "10 Nowhere Mews", "London", "", "SW1A 9ZZ", "GBR", phone="555-0105"),
    "flora": address("Flora McFixture", "2/1 Mock Wynd", "Edinburgh", "", "EH1 9ZZ", "United Kingdom"),
    "bruce": address("Bruce Specimen", "6 Dummy Pde", "Byron Bay", "NSW", "2481", "AU", phone="555-0106"),
    "kylie": address("Kylie Stub", "41 Test Tce", "Perth", "WA", "6000", "AUS"),
    "matilda": address("", "1 Sample Quay", "Hobart", "TAS", "7000", "Australia", company="Matilda's Demo Café"),
    "eloise": address("Éloïse Exemple", "3, allée de l'Œuvre", "Lyon", "", "69002", "FR", phone="555-0107"),
    "cyprien": address("Cyprien d'Essai", "« Le Mas », chemin des Tests", "Aix-en-Provence", "", "13100", "FRA"),
    "garance": address("Garance Bidon", "8 quai Faux", "Nantes", "", "44000", "France", company="Bidon S.à r.l."),
    "hanako": address("見本 花子", "見本町1丁目2-3", "渋谷区", "東京都", "150-0002", "JP", phone="555-0108"),
    "taro": address("例文 太郎", "架空通4-5 テストビル6F", "京都市", "京都府", "604-0000", "JPN"),
    "rei": address("Rei Tesuto", "7-8 Karimachi", "Sapporo", "Hokkaidō", "060-0000", "Japan", phone="555-0109"),
}  # fmt: skip


def price(sku: str, currency: str) -> str:
    amount = ARTICLES[sku][1]
    return str(int(Decimal(amount) * YEN)) if currency == "JPY" else amount


def line(sku: str, quantity: int = 1, *options: str, **more: Any) -> Plain:
    """`options` are written as `Size=M`; `more` replaces or adds fields of the order line."""
    name, _, weight = ARTICLES[sku]
    made: Plain = {"sku": sku, "name": name, "quantity": quantity}
    if weight is not None:
        made["weight"] = {"value": weight[0], "unit": weight[1]}
        made["image_url"] = f"{IMAGES}{sku.lower()}.jpg"
    if options:
        made["options"] = [dict(zip(("name", "value"), option.split("=", 1), strict=True)) for option in options]
    return made | more


def order(store: str, number: str, who: str, lines: list[Plain], **more: Any) -> Plain:
    """Shipping, tax and `off` (code → amount saved) go into the total; the rest of `more` is fields of the order."""
    currency = more.pop("currency", {"web": "USD", "eu": "EUR", "tokyo": "JPY"}[store])
    off, to = more.pop("off", {}), PEOPLE[who]
    money = {name: more.pop(short, "0") for short, name in (("ship", "shipping_amount"), ("tax", "tax_amount"))}
    priced: list[Plain] = [{"external_id": f"l{n}", "unit_price": price(entry["sku"], currency)} | entry
                           for n, entry in enumerate(lines, start=1)]  # fmt: skip
    worth = sum(Decimal(entry["unit_price"]) * entry["quantity"] for entry in priced)
    total = worth - sum(map(Decimal, off.values())) + sum(map(Decimal, money.values()))
    return {
        "store": store, "external_id": f"{store}-{number}", "number": number,
        "placed_at": _placed_at(store, number), "payment_status": "paid", "payment_method": "Visa",
        "shipping_method": "Standard", "currency": currency,
        "customer": {"code": f"c-{who}", "name": to.get("name", ""), "email": f"{who}@example.com"},
        "ship_to": to, "lines": priced,
        "discounts": [{"code": code, "amount": amount} for code, amount in off.items()],
        **money, "total": str(total), **more,
    }  # fmt: skip


def _placed_at(store: str, number: str) -> str:
    """In the shop's own zone, on either side of the days in March on which clocks change."""
    n = int(number[-2:])
    offset = {"web": "-05:00" if n < 8 else "-04:00", "eu": "+01:00", "tokyo": "+09:00"}[store]
    return f"2026-03-{1 + n:02d}T{(n * 7) % 24:02d}:{(n * 13) % 60:02d}:00{offset}"


LONG_NOTE = (
    "Please read to the end ]]> before packing. &amp; is an ampersand, &lt;3 a heart, <b>this</b> is not bold. "
    + " ".join(f"{n}. Ring twice, wait, then ring once more; the dog 🐕 is called “Größe”." for n in range(1, 16))
    + " Thank you!"
)
NASTY = "<![CDATA[ ]]> ]]]]>> &amp;amp; &#38; &nosuch; <!-- --> <?php ?> %s {{7*7}} ${HOME} '; DROP TABLE orders; -- \\"


def web_orders() -> list[Plain]:
    """Sold in the United States, with American and metric weights."""
    return [
        order("web", "1001", "ada", [line("TEE-M", 3, "Size=M")], ship="5.00", tax="2.10", off={"SUMMER10": "3.00"},
              gift=True, gift_message="Happy birthday", customer_notes="Leave at the door", internal_notes="VIP"),
        order("web", "1002", "noel", [line("MUG-11", 2), line("GIFT-WRAP")], ship="14.90",
              customer_notes="À déposer chez la voisine, s'il vous plaît."),
        order("web", "1003", "sam", [line("TOWEL-XL"), line("SURF-WAX", 4)], ship="7.50", tax="3.80"),
        order("web", "1004", "ada", [line("TEE-L", 2, "Size=L", "Colour=Sea green"), line("BOARD-BAG")],
              ship="19.99", tax="8.99"),
        order("web", "1005", "zoe", [line("MUG-11", 3), line("TOWEL-XL", 2), line("POSTER-A2")], ship="12.35",
              tax="9.97", off={"WELCOME": "10.00", "FRIENDS&FAMILY": "5.55", "": "0.01"}),
        order("web", "1006", "erika", [line("RING-925", 1, "Size=54", "Engraving=Für immer 💍 ∞ Zoë & Émile")],
              ship="4.00", gift=True, gift_message="Alles Gute!\n🎉🎂\n— Erika"),
        order("web", "1007", "sam", [line("MUG-11", 1, vendor="West Coast")], ship="6.10", tax="1.05"),
        order("web", "1008", "ada", [line("TEE-M"), line("CANDLE-SOY", vendor="Moonbase")],
              ship="5.00", tax="2.33", off={"MOON": "1.11"}),
        order("web", "1009", "lost", [line("HOODIE-XL")], ship="9.00", customer_notes="My address is in my account."),
        order("web", "1010", "fulan", [line("HOODIE-XL", 1, "Size=XL", "Colour=أزرق")], payment_status="unpaid",
              payment_method="Bank transfer", ship="9.00", tax="3.42", customer_notes="الرجاء الاتصال قبل التوصيل"),
        order("web", "1011", "erika", [line("MUG-11")], off={"REPLACEMENT": "12.50"}, payment_method="None",
              internal_notes="Arrived broken. Replacement, free of charge."),
        order("web", "1012", "events", [line("STICKER-1", 2500, name="Sticker 🦄, die-cut, loose")], ship="25.00",
              payment_method="Purchase order 4711", shipping_method="Freight, liftgate"),
        order("web", "1013", "zoe", [line("CANDLE-SOY", 2)], ship="6.00", tax="2.99", customer_notes=LONG_NOTE),
        order("web", "1014", "israel", [line("SUNHAT", 1, "Ribbon=<none> & \"plain\"")], ship="5.00",
              customer_notes=NASTY, internal_notes="=HYPERLINK(\"https://shop.example\")\t+1 @x", gift_message="]]>"),
        order("web", "1015", "sam", [line("BOARD-BAG", 1, upc="012345678905", location="RACK-7")], ship="39.00",
              tax="7.90", package={"unit": "in", "length": "78", "width": "24", "height": "6.5"},
              requested_warehouse="San Diego", custom_fields=["PO 99-17", "", "fragile 🥚"], source="Trade fair"),
        order("web", "1016", "nigel", [line("SUNHAT"), line("SURF-WAX", 2)], ship="17.00",
              shipping_method="International tracked"),
        order("web", "1017", "bruce", [line("SURF-WAX", 12)], ship="22.00", off={"BULK": "5.10"}),
        order("web", "1018", "ada", [line("CANDLE-SOY"), line("GIFT-WRAP"), line("CARD-SET")], ship="6.00",
              tax="3.04", gift=True, gift_message="To Mum 💐\nwith love from “the kids” 👩‍👧‍👦"),
        order("web", "1019", "israel", [line("BOOK-HAIKU")], ship="4.50", tax="1.86",
              customer_notes="נא להשאיר אצל השכן, דירה 4 (2nd floor)."),
        order("web", "1020", "erika", [line("TEE-M", 2), line("TEE-L", vendor="Print Studio", location="PRESS-2")],
              ship="5.00", internal_notes="The large one gets the artist's signature: print studio."),
        order("web", "1021", "maple", [line("BOOK-HAIKU", 2), line("GIFT-WRAP", 2)], ship="16.40"),
        order("web", "1022", "canuck", [line("HOODIE-XL", 1, "Size=XL", "Colour=Navy", "Lining=Fleece"),
                                        line("TOWEL-XL", 1, "Colour=Sand")], ship="18.00", off={"NORTH": "8.00"}),
        order("web", "1023", "kylie", [line("TOWEL-XL", 3), line("SUNHAT", 3), line("TEE-M", 3, "Size=M")],
              ship="31.00", off={"TRIPLE": "20.00"}),
        order("web", "1024", "matilda", [line("MUG-11", 24), line("POSTER-A2", 2)], ship="64.00",
              package={"unit": "cm", "length": "60", "width": "40", "height": "35.5"}),
    ]  # fmt: skip


def european_orders() -> list[Plain]:
    """In euros and pounds. Number 1003 is taken in the other shop, too: vendors see it as 1003.B."""
    return [
        order("eu", "1003", "eloise", [line("TOWEL-XL", 2)], ship="9.90", tax="12.27"),
        order("eu", "2001", "eloise", [line("CANDLE-SOY", 3), line("POSTER-A2")], ship="7.90",
              customer_notes="Sonnez à l'interphone « Œuvre »."),
        order("eu", "2002", "cyprien", [line("RING-925", 1, "Gravure=À ♥ jamais 🥐"), line("GIFT-WRAP")], ship="4.90",
              gift=True, gift_message="Joyeux Noël en avance ✨"),
        order("eu", "2003", "garance", [line("CARD-SET", 10), line("STICKER-1", 100)], ship="6.90", tax="30.83",
              bill_to=address("Comptabilité", "BP 99", "Nantes CEDEX", "", "44099", "FR", company="Bidon S.à r.l.")),
        order("eu", "2004", "gwen", [line("SURF-WAX", 6), line("BOARD-BAG")], currency="GBP", ship="14.00"),
        order("eu", "2005", "flora", [line("TEE-L", 2, "Size=L"), line("HOODIE-XL")], currency="GBP", ship="6.45",
              tax="14.89", off={"AULD10": "6.80"}),
        order("eu", "2006", "nigel", [line("BOOK-HAIKU", 1, vendor="west coast")], currency="GBP", ship="3.95"),
        order("eu", "2007", "flora", [line("POSTER-A2", 2, vendor="Print Studio")], currency="GBP", ship="5.00"),
        order("eu", "2008", "cyprien", [line("MUG-11", 4), line("SUNHAT", 2), line("CARD-SET")], ship="11.11",
              tax="21.67", off={"TROIS": "10.00", "FIDÉLITÉ": "3.33"}),
    ]  # fmt: skip


def japanese_orders() -> list[Plain]:
    """In yen: a currency without decimals, shared out over the vendors in whole yen."""
    return [
        order("tokyo", "7001", "hanako", [line("BOOK-HAIKU", 1, name="俳句集")], ship="500", tax="315",
              customer_notes="不在の場合は宅配ボックスへお願いします。📦"),
        order("tokyo", "7002", "taro", [line("MUG-11", 1, name="マグカップ"), line("SURF-WAX", 2), line("CARD-SET")],
              ship="801", off={"桜2026": "1000"}),
        order("tokyo", "7003", "rei", [line("TOWEL-XL", 1, "色=藍"), line("TEE-M", 2, "Size=M")], ship="700"),
        order("tokyo", "7004", "hanako", [line("RING-925", 1, "刻印=永遠に💍")], ship="500", gift=True,
              gift_message="お誕生日おめでとう🎂"),
        order("tokyo", "7005", "taro", [line("SUNHAT", 2)], ship="500", tax="825"),
        order("tokyo", "7006", "rei", [line("CANDLE-SOY", 5), line("STICKER-1", 3)], ship="900",
              off={"GROUP": "999"}),
        order("tokyo", "7007", "hanako", [line("HOODIE-XL"), line("BOARD-BAG"), line("POSTER-A2")], ship="2400",
              tax="2415", customer_notes="ＡＢＣ：全角も半角ｶﾅも大丈夫？"),
    ]  # fmt: skip


def all_orders() -> list[Plain]:
    return web_orders() + european_orders() + japanese_orders()


def as_json() -> str:
    return json.dumps({"orders": all_orders()}, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    ORDERS.write_text(as_json(), encoding="utf-8")
