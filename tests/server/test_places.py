"""How places are shared among addresses: real requests with a proxy's header, and real kernels."""

import asyncio
import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from voila.app import Voila

from bitmass_viz.cli.main import main
from bitmass_viz.server import admission
from bitmass_viz.server.admission import AdmittingKernels, FullError, share_of
from tests.server.explore import answer, ask
from tests.server.hostile import PROXY_HEADER
from tests.server.kernel_client import connect
from tests.waiting import wait_until

ATTACKER, ADA, BERT, CLEO = "198.51.100.66", "192.0.2.1", "192.0.2.2", "2001:db8::3"


class Lines:
    """Connections to kernels that stay open, as those of pages that somebody looks at."""

    def __init__(self):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def connect(self, server, reader):
        return asyncio.run_coroutine_threadsafe(connect(server, reader), self._loop).result(30)

    def close(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture
def lines():
    found = Lines()
    yield found
    found.close()


def read(server, address, lines=None):
    reader = server.read(**{PROXY_HEADER: address})
    if lines is not None:
        reader.line = lines.connect(server, reader)
    return reader


def refused(server, address):
    response, page = server.request("GET", "/", **{PROXY_HEADER: address})
    assert response.status in (200, 503)
    return response.status == 503 and page.decode()


def has_ended(reader):
    return not psutil.wait_procs([reader.process], timeout=10)[1]


def test_an_address_that_has_taken_every_place_gives_back_what_is_beyond_its_share(explore, lines):
    server = explore("--max-readers", "4", "--per-address", "2", "--proxy-header", PROXY_HEADER)
    taken = [read(server, ATTACKER, lines) for _ in range(4)]
    assert "All places are taken" in refused(server, ATTACKER), "more than all places is too much for anybody"
    ada = read(server, ADA, lines)
    assert has_ended(taken[3]), "the one that came last"
    bert = read(server, BERT, lines)
    assert has_ended(taken[2])
    assert "All places are taken" in refused(server, CLEO), "nobody loses a place within the share"
    assert server.say_goodbye(ada) == 204
    told = refused(server, ATTACKER)
    assert "Others are waiting" in told, "the free place is for who waits"
    assert "room for 4 at the same time, and 2 from one network while others wait" in " ".join(told.split())
    cleo = read(server, CLEO)
    assert all(one.process.is_running() for one in (*taken[:2], bert, cleo))
    assert len(server.kernels()) == 4


def test_what_nobody_is_connected_to_is_given_back_first(explore, lines):
    server = explore("--max-readers", "3", "--per-address", "1", "--proxy-header", PROXY_HEADER)
    first = read(server, ATTACKER)
    second, third = (read(server, ATTACKER, lines) for _ in range(2))
    read(server, ADA, lines)
    assert has_ended(first)
    assert second.process.is_running()
    assert third.process.is_running()


def test_who_was_cut_off_within_the_share_does_not_lose_the_place_to_one_beyond_it(explore, lines):
    before = "admission.SPARE_SECONDS = 0.0"
    server = explore("--max-readers", "4", "--per-address", "1", "--proxy-header", PROXY_HEADER, before=before)
    ada = read(server, ADA)
    taken = [read(server, ATTACKER, lines) for _ in range(3)]
    assert refused(server, ATTACKER), "one beyond the share does not displace who is cut off"
    read(server, BERT, lines)
    assert has_ended(taken[2])
    read(server, CLEO, lines)
    assert has_ended(taken[1])
    assert ada.process.is_running()
    read(server, "192.0.2.4")
    assert has_ended(ada), "when nobody is beyond the share"


def test_who_comes_alone_does_not_wait_for_a_crowd_from_elsewhere(explore):
    before = "admission.AT_ONCE, admission.WORD_SECONDS = 1, 0.05"
    server = explore("--max-readers", "20", "--per-address", "20", "--proxy-header", PROXY_HEADER, before=before)
    crowd = [ask(server, **{PROXY_HEADER: ATTACKER}) for _ in range(12)]
    wait_until(lambda: len(server.kernels()) >= 1)
    page = answer(ask(server, **{PROXY_HEADER: ADA}))
    assert "pid " in page
    assert max(map(int, re.findall(r"bitmassWaits\((\d+)\)", page)), default=0) <= 1
    assert len(server.kernels()) <= 5, "of thirteen"
    for line in crowd:
        line.close()


def test_who_gives_way_while_waiting_for_a_kernel_gets_none_and_is_told(explore):
    before = "admission.AT_ONCE, admission.WORD_SECONDS = 1, 0.05"
    server = explore("--max-readers", "4", "--per-address", "1", "--proxy-header", PROXY_HEADER, before=before)
    crowd = [ask(server, **{PROXY_HEADER: ATTACKER}) for _ in range(4)]
    wait_until(lambda: len(server.kernels()) >= 1)
    others = [ask(server, **{PROXY_HEADER: address}) for address in (ADA, BERT, CLEO)]
    pages = [answer(line) for line in crowd]
    without = [page for page in pages if "pid " not in page]
    assert len(without) == 3, [page[-200:] for page in pages]
    assert all("bitmassFailed()</script>" in page for page in without)
    assert all("pid " in answer(line) for line in others)
    wait_until(lambda: len(server.kernels()) == 4)


@pytest.mark.slow
def test_under_an_attack_that_takes_places_all_others_get_theirs(explore):
    """Forty requests at a time, as long as others come; places are short throughout."""
    server = explore("--max-readers", "6", "--per-address", "2", "--proxy-header", PROXY_HEADER)
    over = threading.Event()

    def attack():
        while not over.is_set():
            with ask(server, **{PROXY_HEADER: ATTACKER}) as line:
                line.settimeout(0.3)
                try:
                    while line.recv(1 << 16):
                        pass
                except OSError:
                    pass  # leaves before the page is there

    with ThreadPoolExecutor(40) as attackers:
        for _ in range(40):
            attackers.submit(attack)
        try:
            readers = [read(server, f"192.0.2.{number}") for number in range(4)]
            assert all(reader.process.is_running() for reader in readers)
        finally:
            over.set()
    assert all(reader.process.is_running() for reader in readers)


def test_readers_of_this_machine_and_of_a_proxy_that_says_nothing_have_no_share(explore):
    """Anybody can send the header; without the option it means nothing."""
    server = explore("--max-readers", "3", "--per-address", "1")
    readers = [server.read(), *(read(server, address) for address in (ATTACKER, ADA))]
    for address in (ATTACKER, BERT):
        assert refused(server, address)
    assert server.request("GET", "/")[0].status == 503
    assert all(reader.process.is_running() for reader in readers)


def test_with_the_header_this_machine_itself_still_has_no_share(explore):
    server = explore("--max-readers", "3", "--per-address", "1", "--proxy-header", PROXY_HEADER)
    own = [server.read(), read(server, "127.0.0.3")]
    ada = read(server, f"{ATTACKER}, {ADA}")
    assert refused(server, f"{BERT}, {ADA}"), "what a reader sends stands before what the proxy adds"
    assert all(reader.process.is_running() for reader in (*own, ada))


@pytest.mark.parametrize("header", ["", "X Forwarded", "X-Forwarded-For:", "Überhaupt", "a" * 65])
def test_what_is_no_header_is_one_clear_error(header):
    result = CliRunner().invoke(main, ["explore", "--no-browser", "--proxy-header", header])
    assert result.exit_code == 1
    assert "--proxy-header must be a header's name, such as X-Forwarded-For" in result.output


def test_a_class_is_served_whoever_else_comes_and_half_of_a_large_server_is_one_addresss_share():
    assert [share_of(places) for places in (4, 30, 60, 61, 100)] == [30, 30, 30, 30, 50]


def kernels_of(places, share, folder):
    kernels = AdmittingKernels(parent=Voila(notebook_path=str(folder / "page.ipynb")))
    kernels.max_readers, kernels.per_address = places, share
    return kernels


def seat(kernels, address):
    """Admit a reader, and let the page be rendered at once and looked at."""
    reservation = kernels.admit(address)
    reservation.kernel_id = f"kernel {id(reservation)}"
    kernels._kernels[reservation.kernel_id] = None
    reservation.rendered, reservation.connected = True, True
    return reservation


def test_thirty_from_a_school_are_served_and_none_of_them_loses_a_place(tmp_path):
    async def main():
        kernels = kernels_of(60, share_of(60), tmp_path)
        crowd = [seat(kernels, ATTACKER) for _ in range(60)]
        school = [seat(kernels, ADA) for _ in range(30)]
        with pytest.raises(FullError):
            seat(kernels, BERT)
        with pytest.raises(FullError):
            seat(kernels, ATTACKER)
        kernels._kernels.clear()
        return [reservation.left for reservation in crowd], [reservation.left for reservation in school]

    crowd, school = asyncio.run(main())
    assert crowd == [False] * 30 + [True] * 30
    assert school == [False] * 30


COMES, LEAVES = True, False


@settings(deadline=None, max_examples=80)
@given(
    places=st.integers(1, 5),
    share=st.integers(1, 3),
    events=st.lists(
        st.tuples(st.sampled_from([ATTACKER, ADA, BERT, None]), st.sampled_from([COMES, COMES, COMES, LEAVES])),
        min_size=8,
        max_size=40,
    ),
)
def test_whatever_the_order_nobody_within_the_share_suffers_from_one_beyond_it(
    tmp_path_factory, places, share, events
):
    async def main():
        kernels = kernels_of(places, share, tmp_path_factory.getbasetemp())
        seated = []
        for address, event in events:
            mine = [
                reservation for reservation in seated if reservation.address == address and not reservation.left
            ]
            if event == LEAVES:
                if mine:
                    kernels.leave(mine[0])
                continue
            before = Counter(reservation.address for reservation in seated if not reservation.left)
            beyond = [other for other, number in before.items() if other is not None and number > share]
            within = address is None or before[address] < share
            error = None
            try:
                seated.append(seat(kernels, address))
            except FullError as refused:
                error = refused
            if error is not None:
                assert not (within and beyond), "a place was beyond an address's share"
                assert error.beyond_share or sum(before.values()) == places, "there was a free place"
                assert not (within and error.beyond_share)
            after = Counter(reservation.address for reservation in seated if not reservation.left)
            assert sum(after.values()) <= places
            for other, number in before.items():
                if after[other] < number:
                    assert other in beyond, "only who is beyond the share gives way"
        await asyncio.gather(*kernels._ends)
        kernels._kernels.clear()

    async def end(kernels, reservation):
        reservation.left = True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(admission.AdmittingKernels, "_end", end)
        asyncio.run(main())
