import json
import sys
import threading
from queue import Empty

import pytest
from kombu import Connection, Exchange, Queue
from kombu.transport import filesystem

from ivrsite import celery, folder_broker

assert celery.app  # by which the address is known

WORK = Queue("work", Exchange("work"), routing_key="work")
MANY = 300


@pytest.fixture
def connected(tmp_path):
    """Give a connection to the broker, as each process makes one."""
    folders = {name: str(tmp_path / name) for name in ("data_folder_in", "control_folder")}
    for folder in folders.values():
        (tmp_path / folder).mkdir()
    folder_broker.Transport.global_state.clear()  # in which a process keeps what it has bound
    options = folders | {"data_folder_out": folders["data_folder_in"]}

    def connect():
        return Connection("folder://localhost", transport_options=options)

    return connect


@pytest.fixture(autouse=True)
def many_turns():
    """Threads give way at every moment, as processes do."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def sent(connected):
    with connected() as connection:
        producer = connection.Producer()
        for number in range(MANY):
            producer.publish({"number": number}, exchange=WORK.exchange, routing_key="work", declare=[WORK])


def took(connected, while_it):
    """What whoever reads all the time has read at the end."""
    found = []
    with connected() as connection:
        channel = connection.channel()
        WORK(channel).declare()
        while True:
            last_look = not while_it()
            try:
                found.append(json.loads(channel.decode_body(channel._get("work")["body"], "base64"))["number"])
            except Empty:
                if last_look:
                    return found


def test_a_worker_that_always_looks_finds_every_message_whole_and_once(connected):
    with connected() as connection:
        WORK(connection.channel()).declare()  # or one thread would send while the other has bound by half
    sending = threading.Thread(target=sent, args=(connected,))
    sending.start()
    try:
        assert sorted(took(connected, sending.is_alive)) == list(range(MANY))
    finally:
        sending.join()


def test_processes_that_begin_at_once_all_stand_in_the_list_of_who_listens(connected):
    def begin(name):
        with connected() as connection:
            channel = connection.channel()
            channel._queue_bind("all", "", "", name)  # which one process asks for once
            seen[name] = {row.queue for row in channel.get_table("all")}

    seen = {}
    names = {f"worker {number}" for number in range(30)}
    beginning = [threading.Thread(target=begin, args=(name,)) for name in names]
    for each in beginning:
        each.start()
    for each in beginning:
        each.join()
    assert seen.keys() == names
    assert all(name in found for name, found in seen.items())
    assert max(map(len, seen.values())) == len(names)


def test_a_folder_that_cannot_be_written_to_is_an_error_of_the_broker(connected, tmp_path):
    with connected() as connection:
        channel = connection.channel()
        WORK(channel).declare()
        (tmp_path / "data_folder_in").rmdir()
        with pytest.raises(connection.channel_errors, match="Cannot add"):
            channel._put("work", {})


def test_it_is_kombus_own_in_all_else():
    assert issubclass(folder_broker.Transport, filesystem.Transport)
