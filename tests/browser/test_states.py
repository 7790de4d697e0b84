"""What holds on every page holds in every state that people lead it to: refused, told beforehand, shown once."""

from collections.abc import Iterator

import pytest

from chromium import PHONE, Open
from scenes import SCENES, Scene
from shop import ADMIN, Shop, busy_shop

ANSWERS = "Failed to load resource"  # so a browser says of every answer of 4xx


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop for the scenes alone: they change it."""
    with busy_shop(tmp_path_factory.mktemp("stage")) as busy:
        yield busy


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_every_state_is_accessible_and_fits_a_phone(staged: Shop, open_window: Open, scene: Scene) -> None:
    person = open_window(staged, viewport=PHONE, is_mobile=True, has_touch=True)
    person.sign_in(ADMIN, staged.password)
    faults = {state: [*person.faults(), *person.overflowing()] for state in scene(person, staged)}
    assert len(faults) > 1
    assert {state: found for state, found in faults.items() if found} == {}
    person.complaints[:] = [complaint for complaint in person.complaints if ANSWERS not in complaint]
