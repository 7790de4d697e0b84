"""The embedded PostgreSQL: joined by several, stopped by the last one out, whatever became of it meanwhile."""

import subprocess
import sys
from pathlib import Path

from processes import is_running
from spark_shipstation.store.embedded import embedded_postgres
from spark_shipstation.store.session import connect


def pid_of(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def test_a_server_that_was_restarted_meanwhile_is_stopped_all_the_same(tmp_path: Path) -> None:
    with embedded_postgres(tmp_path):
        before = pid_of(tmp_path)
        owner = (tmp_path / "postgres").owner()
        binary = Path(f"/proc/{before}/exe").readlink().parent / "pg_ctl"
        data = tmp_path / "postgres"
        restart = [str(binary), "-D", str(data), "-l", str(data / "log"), "-m", "immediate", "-w", "restart"]
        subprocess.run(
            restart, check=True, user=owner, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60
        )
        after = pid_of(tmp_path)
        assert after != before
    assert not is_running(after)


def test_who_joins_neither_starts_a_second_nor_stops_the_first(tmp_path: Path) -> None:
    with embedded_postgres(tmp_path) as first:
        code = (
            "from pathlib import Path; from spark_shipstation.store.embedded import embedded_postgres\n"
            f"with embedded_postgres(Path({str(tmp_path)!r})) as url: print(url)"
        )
        joined = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
        assert joined.stdout.strip() == first
        engine = connect(first, pool_size=1)
        engine.connect().close()
        engine.dispose()
        pid = pid_of(tmp_path)
    assert not is_running(pid)
