"""The storm itself, in a process of its own so that its work is nobody's waiting time: many connections to one server,
bare sockets. Reads what to do from standard input, as JSON; blows until that ends; prints what it was answered.
"""

import asyncio
import json
import sys
from base64 import b64encode
from collections import Counter
from dataclasses import dataclass
from itertools import count

STRANGER = "203.0.113.7"  # as a proxy would tell it: not the address of those who are looked at
NO_ANSWER = "no answer"


@dataclass
class Storm:
    kind: str
    port: int
    path: str  # with the query of a poll
    login: str  # username:password
    connections: int


async def polls(storm: Storm, answers: Counter[str]) -> None:
    """The next as soon as there is an answer, whatever that is."""
    await called(storm, answers, (request(storm) for _ in count()))


async def guesses(storm: Storm, answers: Counter[str]) -> None:
    """Another password each time."""
    await called(storm, answers, (request(storm, login=f"{id(answers)}:{n}-{id(n)}") for n in count()))


async def called(storm: Storm, answers: Counter[str], requests: object) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", storm.port)
    try:
        for sent in requests:  # type: ignore[attr-defined]
            writer.write(sent)
            answers[await answered(reader)] += 1
    finally:
        writer.close()


async def slow(storm: Storm, answers: Counter[str]) -> None:
    """A notice, a byte a second."""
    reader, writer = await asyncio.open_connection("127.0.0.1", storm.port)
    try:
        writer.write(request(storm, method="POST", more="Content-Length: 100000\r\n").replace(b"export", b"shipnotify"))
        answer = asyncio.create_task(answered(reader))
        while not answer.done():
            writer.write(b"<")
            await asyncio.wait([answer], timeout=1)
        answers[answer.result()] += 1
    finally:
        answer.cancel()
        writer.close()


async def leaves(storm: Storm, answers: Counter[str]) -> None:
    """A poll, and gone before it is answered."""
    _, writer = await asyncio.open_connection("127.0.0.1", storm.port)
    writer.write(request(storm))
    await writer.drain()
    await asyncio.sleep(0.05)
    writer.transport.abort()
    answers["left"] += 1


KINDS = {one.__name__: one for one in (polls, guesses, slow, leaves)}


def request(storm: Storm, login: str = "", method: str = "GET", more: str = "") -> bytes:
    known = b64encode((login or storm.login).encode()).decode()
    return (
        f"{method} {storm.path} HTTP/1.1\r\nHost: spark\r\nAuthorization: Basic {known}\r\n"
        f"X-Forwarded-For: {STRANGER}\r\n{more}\r\n"
    ).encode()


async def answered(reader: asyncio.StreamReader) -> str:
    head = await reader.readuntil(b"\r\n\r\n")
    if b"content-length: " in head:
        await reader.readexactly(int(head.split(b"content-length: ")[1].split(b"\r\n")[0]))
    return head[9:12].decode()


async def blow(storm: Storm) -> Counter[str]:
    answers: Counter[str] = Counter()

    async def again() -> None:
        while True:
            try:
                await KINDS[storm.kind](storm, answers)
            except (OSError, EOFError, asyncio.IncompleteReadError):
                answers[NO_ANSWER] += 1
                await asyncio.sleep(0.05)

    callers = [asyncio.create_task(again()) for _ in range(storm.connections)]
    await asyncio.to_thread(sys.stdin.read)
    for caller in callers:
        caller.cancel()
    await asyncio.gather(*callers, return_exceptions=True)
    return answers


if __name__ == "__main__":
    found = asyncio.run(blow(Storm(**json.loads(sys.stdin.readline()))))
    print(json.dumps(dict(sorted(found.items()))))
