"""Has somebody else changed it since this page was shown? A form carries the version of what it was filled from."""

import hashlib

from pydantic import BaseModel


def version_of(answer: BaseModel) -> str:
    return hashlib.sha256(answer.model_dump_json().encode()).hexdigest()[:32]
