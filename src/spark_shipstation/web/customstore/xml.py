"""Answers without a document of their own: one sentence, as XML."""

from fastapi import Response

from ...customstore import writer
from ...errors import SparkError
from ..statuses import headers_of, status_of

XML = "application/xml; charset=utf-8"


def xml_answer(status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    tag = "Success" if status == 200 else "Error"
    return Response(writer.write_answer(tag, sentence), status, headers=headers, media_type=XML)


def xml_error_of(error: SparkError) -> Response:
    return xml_answer(status_of(error), error.sentence, headers_of(error))
