"""The control that takes a reader's own images, on a page of its own: chosen, dropped, read, refused."""

import base64
import json
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from bitmass_viz.common.palette import PALETTE
from bitmass_viz.data import own
from tests.browser.conftest import wait_for_function
from tests.browser.reader import SCREENS, findings
from tests.conftest import ROOT

pytestmark = pytest.mark.browser

WIDGETS = ROOT / "bitmass_viz" / "widgets"
ADDRESS = "http://page.test/"
PAGE = f"""<!doctype html><html lang="en"><title>Your own images</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/static/explorer.css">
<main><h1>Images</h1></main>
<script type="module">
import {{ createOwnImages }} from "/src/own_images/control.js";
import {{ h }} from "/src/shared/dom.js";
import {{ followTheme }} from "/src/shared/palette.js";
const {{ signal }} = new AbortController();
const images = createOwnImages({{
  take: (found) => (window.taken = found),
  reveal: () => (window.revealed = true),
  signal,
}});
const root = h("div", {{ class: "bm-widget bitmass", "data-testid": "root" }}, h("div", {{ class: "bm-all" }},
  h("div", {{ class: "bm-more" }}, images.element)));
document.querySelector("main").append(root);
images.accept(root);
followTheme(root, {{ get: () => ({json.dumps(PALETTE)}), on() {{}}, off() {{}} }}, signal);
</script>"""
RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (70, 28, 28), np.uint8)
LABELS = (np.arange(70) % 3).astype(np.uint8)
NAMES = ("anvil", "～bell", "𝔸 clog")
"""In Python's order, which is not that of UTF-16."""
TAKEN = """() => {
  const { images, labels, ...others } = window.taken;
  const text = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return { ...others, images: text(images), labels: text(labels) };
}"""


def serve(route):
    """Answer with a source of the widgets, as it is."""
    path = WIDGETS / route.request.url.removeprefix(ADDRESS)
    if route.request.url == ADDRESS:
        route.fulfill(body=PAGE, content_type="text/html")
    elif path.is_file():
        route.fulfill(path=path, content_type="text/css" if path.suffix == ".css" else "text/javascript")
    else:
        route.fulfill(status=404)


@pytest.fixture
def open_control(chromium):
    """Open the page with the control; in the end nothing may have gone wrong."""
    contexts, trouble = [], []

    def open_page(screen="laptop", **options):
        width, height = SCREENS[screen]
        contexts.append(chromium.new_context(viewport={"width": width, "height": height}, **options))
        page = contexts[-1].new_page()
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.route("**/*", serve)
        page.goto(ADDRESS)
        page.get_by_test_id("own").wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [text for text in trouble if "favicon" not in text] == []


@pytest.fixture
def control(open_control):
    return open_control()


def taken(page):
    wait_for_function(page, "() => 'taken' in window")
    found = page.evaluate(TAKEN)
    return {**found, **{name: base64.b64decode(found[name]) for name in ("images", "labels")}}


def drop(page, *paths, at="own"):
    """Drag files from the desktop and drop them on an element."""
    box = page.get_by_test_id(at).bounding_box()
    files = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    place = {"x": box["x"] + 5, "y": box["y"] + 5, "data": files}
    session = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver"):
        session.send("Input.dispatchDragEvent", {"type": kind, **place})
    outline = page.get_by_test_id("root").evaluate("e => getComputedStyle(e).outlineStyle")
    session.send("Input.dispatchDragEvent", {"type": "drop", **place})
    return outline


@pytest.fixture
def npz(tmp_path):
    np.savez_compressed(tmp_path / "mine.npz", images=IMAGES, labels=LABELS, class_names=NAMES)
    return tmp_path / "mine.npz"


def draw(folder, k, name, picture, **options):
    of_class = folder / NAMES[k]
    of_class.mkdir(parents=True, exist_ok=True)
    picture.save(of_class / name, **options)


@pytest.fixture
def folder(tmp_path):
    """A folder with pictures of several kinds and sizes, and what is none."""
    folder = tmp_path / "my pictures"
    for k, (image, label) in enumerate(zip(IMAGES, LABELS, strict=True)):
        draw(folder, label, f"{k}.png", Image.fromarray(image))
    colours = Image.fromarray(RNG.integers(0, 256, (60, 90, 3), np.uint8))
    clear = Image.fromarray(255 * RNG.integers(0, 2, (40, 50, 4), np.uint8))
    turned = Image.Exif()
    turned[0x0112] = 6
    draw(folder, 0, "colours.PNG", colours)
    draw(folder, 0, "few colours.gif", colours.quantize(16))
    draw(folder, 1, "black and white.bmp", colours.convert("1"))
    draw(folder, 1, "clear.png", clear)
    draw(folder, 2, "turned.png", Image.fromarray(IMAGES[0]), exif=turned)
    draw(folder, 2, "lossless.webp", colours, lossless=True)
    for k, options in enumerate(({"subsampling": 0}, {"subsampling": 2, "exif": turned}, {"progressive": True})):
        draw(folder, k, "photo.jpg", colours, quality=85, **options)
    for nothing in ("notes.txt", ".thumbnails/a.png", "anvil/more/a.png"):
        (folder / nothing).parent.mkdir(exist_ok=True)
        (folder / nothing).write_bytes(b"none")
    return folder


def choose_file(page, path):
    page.get_by_test_id("own-file").set_input_files(path)


def choose_folder(page, path):
    page.get_by_test_id("own-folder").set_input_files(path)


@pytest.mark.parametrize("give", [choose_file, drop], ids=["chosen", "dropped"])
def test_an_npz_file(control, npz, give):
    give(control, npz)
    found = taken(control)
    assert (found["images"], found["labels"]) == (IMAGES.tobytes(), LABELS.tobytes())
    assert (found["name"], found["class_names"]) == ("mine", [*NAMES])
    expect(control.get_by_test_id("own-said")).to_have_text("Read 70 images from “mine”.")
    expect(control.get_by_test_id("own-problem")).to_be_hidden()
    assert control.evaluate("() => window.revealed ?? false") == (give is drop)


@pytest.mark.parametrize("give", [choose_folder, drop], ids=["chosen", "dropped"])
def test_a_folder_gives_what_it_gives_in_python(control, folder, give):
    give(control, folder)
    found = taken(control)
    expected = own._read_folder(folder)
    assert found["labels"] == expected["labels"].tobytes()
    assert found["images"] == expected["images"].tobytes()
    assert (found["name"], found["class_names"]) == ("my pictures", expected["class_names"])


def refusal(page):
    """Wait until something was refused, and return the sentence."""
    problem = page.get_by_role("alert")
    expect(problem).to_be_visible()
    expect(page.get_by_role("status")).to_be_hidden()
    assert page.evaluate("() => 'taken' in window") is False
    return problem.inner_text()


def test_what_cannot_be_read_is_a_sentence_beside_the_control(control, folder, npz):
    (folder / "anvil" / "broken.png").write_bytes(b"none")
    choose_folder(control, folder)
    assert refusal(control).startswith("“my pictures/anvil/broken.png” is not a picture that this browser")
    (folder / "anvil" / "broken.png").unlink()
    draw(folder, 0, "scanned.tif", Image.fromarray(IMAGES[0]))  # Python reads it, but Chromium does not
    choose_folder(control, folder)
    expect(control.get_by_role("alert")).to_contain_text(
        "scanned.tif” is not a picture that this browser can read"
    )
    (folder / "anvil" / "scanned.tif").unlink()
    draw(folder, 0, "broken.png", Image.new("L", (4097, 4096)))
    choose_folder(control, folder)
    expect(control.get_by_role("alert")).to_contain_text(
        "has 4097 × 4096 pixels, and 16,777,216 pixels are allowed"
    )
    drop(control, npz, folder)
    expect(control.get_by_role("alert")).to_contain_text("Choose one .npz file, or one folder")
    # As Chromium does on pages that were opened from a disk.
    control.evaluate(
        """() => {
            const readEntries = (_, fail) => fail(new DOMException('', 'EncodingError'));
            const entry = { isDirectory: true, name: 'mine', createReader: () => ({ readEntries }) };
            DataTransferItem.prototype.webkitGetAsEntry = () => entry;
        }"""
    )
    drop(control, folder)
    expect(control.get_by_role("alert")).to_contain_text("dropped folder “mine”; choose it with the button.")
    choose_file(control, npz)
    taken(control)
    expect(control.get_by_role("alert")).to_be_hidden()


def test_what_comes_last_counts(control, folder, npz):
    control.evaluate(
        """() => {
            const decode = window.createImageBitmap;
            const later = new Promise((go) => (window.decodeNow = go));
            window.createImageBitmap = (...given) => later.then(() => decode(...given));
        }"""
    )
    choose_folder(control, folder)
    expect(control.get_by_role("progressbar")).to_be_visible()
    expect(control.get_by_role("status")).to_have_text("Reading…")
    choose_file(control, npz)
    assert taken(control)["name"] == "mine"
    control.evaluate("() => decodeNow()")
    control.wait_for_timeout(500)
    assert taken(control)["name"] == "mine"
    expect(control.get_by_role("progressbar")).to_be_hidden()


def test_the_place_is_outlined_for_files_only(control, npz):
    drag = """(root, kind) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(...(kind === 'text' ? ['some text', 'text/plain'] : [new File([''], 'a.npz')]));
        const event = new DragEvent('dragover', { bubbles: true, cancelable: true, dataTransfer });
        root.dispatchEvent(event);
        return [event.defaultPrevented, getComputedStyle(root).outlineStyle];
    }"""
    root = control.get_by_test_id("root")
    assert root.evaluate(drag, "text") == [False, "none"]
    assert root.evaluate(drag, "file") == [True, "dashed"]
    leave = """(root, within) => {
        const relatedTarget = within ? root.querySelector('button') : document.body;
        root.dispatchEvent(new DragEvent('dragleave', { bubbles: true, relatedTarget }));
        return getComputedStyle(root).outlineStyle;
    }"""
    assert root.evaluate(leave, True) == "dashed"
    assert root.evaluate(leave, False) == "none"
    assert drop(control, npz) == "dashed"
    assert root.evaluate("e => getComputedStyle(e).outlineStyle") == "none"


def test_the_keyboard_reaches_both_buttons(control):
    control.evaluate(
        """() => {
            window.asked = [];
            const ask = (event) => {
                event.preventDefault();
                asked.push(event.target.dataset.testid);
            };
            for (const input of document.querySelectorAll('input')) input.addEventListener('click', ask);
        }"""
    )
    for name in ("Choose an .npz file…", "Choose a folder…"):
        control.keyboard.press("Tab")
        expect(control.get_by_role("button", name=name)).to_be_focused()
        control.keyboard.press("Enter")
    assert control.evaluate("asked") == ["own-file", "own-folder"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_has_no_faults_that_a_program_finds(open_control, tmp_path, scheme):
    page = open_control("phone", color_scheme=scheme)
    path = tmp_path / ("a_very_long_name_" * 8 + ".csv")
    path.write_text("none")
    choose_file(page, path)
    refusal(page)
    assert page.evaluate("document.documentElement.scrollWidth") == SCREENS["phone"][0]
    assert findings(SimpleNamespace(page=page)) == []
    page.emulate_media(media="print")
    expect(page.get_by_test_id("own")).to_be_hidden()
