"""What forms call their fields, where that says more than the field's own name."""

STATUSES = {
    "unpaid": "Unpaid Status",
    "paid": "Paid Status",
    "shipped": "Shipped Status",
    "cancelled": "Cancelled Status",
    "on_hold": "On-Hold Status",
}
BY_POINTER = {
    "/new": "New password",
    "/again": "New password, again",
    "/email": "E-mail address",
    "/statuses": "Status names",
    **{f"/statuses/{name}": label for name, label in STATUSES.items()},
}
