"""`python -m spark_shipstation` is `spark-shipstation`."""

from .cli import app

app()
