"""The IDX reader: right files are read, and nothing a file claims is believed."""

import gzip
import struct
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from bitmass_viz.data.idx import IdxError, check_images, check_labels, map_idx, read_idx


def idx_bytes(array, *, magic=None, shape=None):
    shape = array.shape if shape is None else shape
    magic = 0x0800 + len(shape) if magic is None else magic
    return struct.pack(f">I{len(shape)}I", magic, *shape) + array.tobytes()


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("idx") / "digits-idx-ubyte"


@given(arrays(np.uint8, array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=9)), st.booleans())
def test_what_is_written_is_read(path, array, compressed):
    content = idx_bytes(array)
    path.write_bytes(gzip.compress(content) if compressed else content)
    read = read_idx(path)
    np.testing.assert_array_equal(read, array)
    assert read.dtype == np.uint8
    assert read.shape == array.shape
    assert read.flags.c_contiguous
    assert not read.flags.writeable


@given(st.binary(max_size=64))
def test_any_bytes_are_refused_or_fit_their_header(path, content):
    path.write_bytes(content)
    try:
        array = read_idx(path)
    except IdxError as error:
        assert str(path) in str(error)  # noqa: PT017
    else:
        assert content == idx_bytes(array)


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=3), st.binary(max_size=40), st.booleans())
def test_hostile_counts_cost_no_memory(path, shape, body, compressed):
    content = idx_bytes(np.frombuffer(body, np.uint8), magic=0x0800 + len(shape), shape=shape)
    path.write_bytes(gzip.compress(content) if compressed else content)
    tracemalloc.start()
    try:
        array = read_idx(path)
    except IdxError:
        pass
    else:
        assert array.size == len(body)
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 3_000_000


@given(st.integers(-30, 30).filter(bool), st.booleans())
def test_too_few_or_too_many_bytes(path, difference, compressed):
    content = idx_bytes(np.arange(60, dtype=np.uint8).reshape(5, 3, 4))
    content = content[:difference] if difference < 0 else content + bytes(difference)
    path.write_bytes(gzip.compress(content) if compressed else content)
    with pytest.raises(IdxError, match="needs exactly 76"):
        read_idx(path)


@given(st.data())
def test_a_changed_byte_in_a_gzip_file_is_seen_or_harmless(path, data):
    array = np.arange(200, dtype=np.uint8)
    content = bytearray(gzip.compress(idx_bytes(array), mtime=0))
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    try:
        read = read_idx(path)
    except IdxError:
        return
    np.testing.assert_array_equal(read, array)


def test_a_file_beyond_the_limit(path):
    path.write_bytes(idx_bytes(np.zeros(100, np.uint8)))
    with pytest.raises(IdxError, match="at most 107 are accepted"):
        read_idx(path, max_bytes=107)
    assert read_idx(path, max_bytes=108).shape == (100,)


@pytest.mark.parametrize("magic", [0x0800, 0x0804, 0x0D03, 0x01000801])
def test_other_magic_numbers(path, magic):
    path.write_bytes(idx_bytes(np.zeros(4, np.uint8), magic=magic))
    with pytest.raises(IdxError, match=f"starts with 0x{magic:08x}; .*0x00000801"):
        read_idx(path)


def test_a_mapped_file_equals_the_read_one(path):
    array = np.arange(60, dtype=np.uint8).reshape(5, 3, 4)
    path.write_bytes(idx_bytes(array))
    mapped = map_idx(path)
    np.testing.assert_array_equal(mapped, array)
    assert type(mapped) is np.ndarray
    assert not mapped.flags.writeable
    path.with_name("short").write_bytes(idx_bytes(array)[:-1])
    with pytest.raises(IdxError, match="holds 75 bytes"):
        map_idx(path.with_name("short"))
    path.with_name("empty").touch()
    with pytest.raises(IdxError, match="is empty"):
        map_idx(path.with_name("empty"))


def test_images_and_labels_must_be_those_of_digits():
    check_images(np.zeros((3, 28, 28), np.uint8), "images")
    check_labels(np.array([0, 9], np.uint8), "labels", 2)
    with pytest.raises(IdxError, match="images holds an array of 3×28×27; images must be n×28×28"):
        check_images(np.zeros((3, 28, 27), np.uint8), "images")
    with pytest.raises(IdxError, match="labels holds the label 10 at position 1; labels must be 0 to 9"):
        check_labels(np.array([3, 10], np.uint8), "labels", 2)
    with pytest.raises(IdxError, match="array of 2; there must be 3 labels"):
        check_labels(np.array([3, 1], np.uint8), "labels", 3)


def gzip_header(name=None, extra=None, comment=None):
    flags = (4 if extra is not None else 0) | (8 if name is not None else 0) | (16 if comment is not None else 0)
    header = struct.pack("<2sBBIBB", b"\x1f\x8b", 8, flags, 0, 0, 255)
    if extra is not None:
        header += struct.pack("<H", len(extra)) + extra
    return header + b"".join(text + b"\0" for text in (name, comment) if text is not None)


def gzipped(content, **header):
    return gzip_header(**header) + gzip.compress(content)[10:]


LABELS = np.arange(10, dtype=np.uint8)


def refused_cheaply(path, content, said):
    path.write_bytes(content)
    del content
    tracemalloc.start()
    try:
        with pytest.raises(IdxError, match=said):
            read_idx(path)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 8 << 20


def test_a_decompression_bomb_is_not_unpacked(path):
    bomb = gzip.compress(struct.pack(">II", 0x0801, 1_000_000) + bytes(60_000_000))
    assert len(bomb) < 100_000
    refused_cheaply(path, bomb, "more than 1,000,008")


@pytest.mark.parametrize("part", ["name", "comment"])
def test_a_gzip_header_may_have_a_name_but_not_without_end(path, part):
    path.write_bytes(gzipped(idx_bytes(LABELS), **{part: b"digits" * 1000}, extra=b"x" * 5000))
    np.testing.assert_array_equal(read_idx(path), LABELS)
    refused_cheaply(
        path, gzipped(idx_bytes(LABELS), **{part: b"x" * (50 << 20)}), "bytes and more that hold nothing"
    )
    refused_cheaply(
        path, gzip_header()[:3] + b"\x08" + b"\0" * 6 + b"x" * (50 << 20), "bytes and more that hold nothing"
    )


def test_gzip_files_one_behind_the_other_are_one(path):
    content = idx_bytes(LABELS)
    for cut in (1, 7, 8, 12):
        path.write_bytes(gzip.compress(content[:cut]) + gzip.compress(b"") + gzip.compress(content[cut:]))
        np.testing.assert_array_equal(read_idx(path), LABELS)
    path.write_bytes(gzip.compress(content) + b"\0" * 40_000)
    np.testing.assert_array_equal(read_idx(path), LABELS)


@pytest.mark.parametrize(
    "rest",
    [b"x", gzip.compress(b"more"), b"\0\0x", gzip.compress(b"")[:-1], b"\x1f\x8b"],
    ids=["a byte", "another file", "noughts and a byte", "a cut file", "the beginning of a file"],
)
def test_nothing_else_may_stand_behind_a_gzip_file(path, rest):
    path.write_bytes(gzip.compress(idx_bytes(LABELS)) + rest)
    with pytest.raises(IdxError, match=r"is not a complete gzip file|holds more than"):
        read_idx(path)


def test_empty_members_without_end_are_refused(path):
    refused_cheaply(path, gzip.compress(b"") * 500_000, "bytes and more that hold nothing")
    blocks = gzip_header() + b"\x00\x00\x00\xff\xff" * 5_000_000
    refused_cheaply(path, blocks, "bytes and more that hold nothing")


def test_every_cut_of_a_gzip_file_with_two_members_is_refused(path):
    content = idx_bytes(LABELS)
    whole = gzip.compress(content[:9]) + gzip.compress(content[9:])
    for kept in range(2, len(whole)):
        path.write_bytes(whole[:kept])
        with pytest.raises(IdxError):
            read_idx(path)
