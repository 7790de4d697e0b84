# Spark as an image: what requirements.lock pins, the project's wheel, a plain user. All state is in PostgreSQL
# (SPARK_DATABASE_URL), so the root file system can be read-only; /tmp is all that is written to.
FROM python:3.11-slim AS build

WORKDIR /build
RUN python -m venv --without-pip /opt/spark

COPY requirements.lock ./
RUN pip --python /opt/spark/bin/python install \
    --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock

# The wheel carries alembic/ as spark_shipstation/migrations, so `db upgrade` finds the migrations anywhere.
COPY pyproject.toml README.md ./
COPY src src
COPY alembic alembic
RUN pip --python /opt/spark/bin/python install \
    --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .


FROM python:3.11-slim

RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin spark
COPY --from=build /opt/spark /opt/spark
ENV PATH=/opt/spark/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    SPARK_DATA_DIR=/tmp/spark

USER 10001:10001
EXPOSE 8000

HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ.get('SPARK_PORT', '8000') + '/healthz', timeout=4)"]

ENTRYPOINT ["spark-shipstation"]
CMD ["serve", "--host", "0.0.0.0"]
