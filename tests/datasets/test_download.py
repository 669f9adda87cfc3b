"""Files are downloaded once, checked, and unpacked without writing anywhere else."""

import hashlib
import io
import os
import pathlib
import tarfile

import pytest

from tests.datasets.origin import serving, tar, zipped
from visualnn import utils

PLAIN = b"plain"
SHA256 = hashlib.sha256(PLAIN).hexdigest()
MD5 = hashlib.md5(PLAIN).hexdigest()
MEMBERS = {"a.txt": b"a", "deep/b.txt": b"b"}


def out_of(name, type=tarfile.REGTYPE, target=""):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname = type, target
        archive.addfile(entry, io.BytesIO())
    return file.getvalue()


UNSAFE = {
    "up.tar.gz": out_of("../evil.txt"),
    "deep-up.tar.gz": out_of("a/../../evil.txt"),
    "absolute.tar.gz": out_of("/tmp/evil.txt"),
    "link.tar.gz": out_of("link", tarfile.SYMTYPE, "/etc"),
    "hard.tar.gz": out_of("link", tarfile.LNKTYPE, "../evil.txt"),
    "device.tar.gz": out_of("device", tarfile.CHRTYPE),
    "up.zip": zipped({"../evil.txt": b"x"}),
    "back.zip": zipped({"..\\evil.txt": b"x"}),
    "absolute.zip": zipped({"/tmp/evil.txt": b"x"}),
    "drive.zip": zipped({"C:/evil.txt": b"x"}),
    "link.zip": zipped({}, link="/etc/passwd"),
}
FILES = {
    "plain.txt": PLAIN,
    "broken.bin": PLAIN,
    "x.tar.gz": tar(MEMBERS),
    "x.zip": zipped(MEMBERS),
    **UNSAFE,
}


@pytest.fixture(scope="module")
def server():
    with serving(FILES) as (base, asked):
        yield base, asked


@pytest.fixture
def get_file(server, tmp_path):
    """``get_file`` from the server into an empty folder; its ``asked`` are the new requests."""
    base, asked = server
    asked.clear()

    def get(name, fname=None, **settings):
        return utils.get_file(fname, base + name, **{"cache_dir": tmp_path, **settings})

    get.asked = asked
    return get


def there(folder):
    """All files below a folder, hidden ones too."""
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_a_file_is_downloaded_once(get_file, tmp_path):
    place = get_file("plain.txt?version=1")
    assert place == str(tmp_path / "datasets" / "plain.txt")
    assert pathlib.Path(place).read_bytes() == PLAIN
    assert get_file("plain.txt") == place and get_file.asked == ["plain.txt"]
    get_file("plain.txt", force_download=True)
    assert get_file.asked == ["plain.txt"] * 2 and there(tmp_path) == ["datasets/plain.txt"]
    assert os.stat(place).st_mode & 0o777 == 0o644


def test_where_it_is_kept(get_file, tmp_path, monkeypatch):
    assert get_file("plain.txt", "n.txt", cache_subdir="s/t") == str(tmp_path / "s/t/n.txt")
    assert get_file("plain.txt", cache_subdir=str(tmp_path)) == str(tmp_path / "plain.txt")
    assert get_file("plain.txt", pathlib.Path("q")) == str(tmp_path / "datasets/q")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    kept = get_file("plain.txt", cache_dir=None)
    assert kept == str(tmp_path / "home/datasets/plain.txt")
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    assert get_file("plain.txt", cache_dir=None).startswith(str(tmp_path / "user/.keras"))


@pytest.mark.parametrize(
    "settings",
    [
        dict(file_hash=SHA256),
        dict(file_hash=SHA256.upper()),
        dict(file_hash=MD5),
        dict(md5_hash=MD5),
        dict(file_hash=MD5, hash_algorithm="md5"),
    ],
    ids=str,
)
def test_a_hash_is_checked(get_file, tmp_path, settings, capsys):
    place = pathlib.Path(get_file("plain.txt", **settings))
    get_file("plain.txt", **settings)
    assert get_file.asked == ["plain.txt"]
    place.write_bytes(b"changed")
    get_file("plain.txt", **settings)
    assert place.read_bytes() == PLAIN and "has another hash" in capsys.readouterr().out


@pytest.mark.parametrize(
    "settings",
    [
        dict(file_hash=SHA256[:-1] + "x"),
        dict(file_hash="zz"),
        dict(md5_hash=SHA256[:32]),
        dict(file_hash=MD5, hash_algorithm="sha256"),
    ],
    ids=str,
)
def test_what_has_another_hash_is_not_kept(get_file, tmp_path, settings):
    with pytest.raises(ValueError, match="not what was expected, and was not kept"):
        get_file("plain.txt", **settings)
    assert there(tmp_path) == []


def test_what_cannot_be_downloaded(get_file, tmp_path):
    with pytest.raises(OSError, match=r"nothing\.txt could not be downloaded: 404"):
        get_file("nothing.txt")
    with pytest.raises(OSError, match="ended after 5 of 105 bytes"):
        get_file("broken.bin")
    with serving({}) as (gone, _):
        pass
    with pytest.raises(OSError, match="could not be downloaded"):
        utils.get_file(origin=f"{gone}x.txt", cache_dir=tmp_path)
    assert there(tmp_path) == []


@pytest.mark.parametrize("name", ["x.tar.gz", "x.zip"])
def test_archives_are_unpacked(get_file, tmp_path, name):
    root = tmp_path / "datasets"
    for fname, folder, archive in (
        (None, name, f"{name}_archive"),
        ("dir", "dir", "dir_archive"),
        ("my.file.gz", "my_extracted", "my.file.gz"),
    ):
        assert get_file(name, fname, extract=True) == str(root / folder)
        assert there(root / folder) == sorted(MEMBERS) and (root / archive).is_file()
        (root / folder / "a.txt").write_bytes(b"mine")
        get_file(name, fname, extract=True)
        assert (root / folder / "a.txt").read_bytes() == b"mine", "what is there is left alone"
        get_file(name, fname, extract=True, force_download=True)
        assert (root / folder / "a.txt").read_bytes() == b"a"
    other = "zip" if "tar" in name else "tar"
    with pytest.warns(UserWarning, match=f"no archive of an allowed format .{other}"):
        get_file(name, "other", extract=True, archive_format=other)
    assert not (root / "other").exists()


def test_archives_by_the_older_name(get_file, tmp_path):
    assert there(pathlib.Path(get_file("x.tar.gz", "dir", untar=True))) == sorted(MEMBERS)
    with pytest.warns(UserWarning, match="was not unpacked"):
        get_file("plain.txt", extract=True)


@pytest.mark.parametrize("name", UNSAFE)
def test_unsafe_archives_are_refused(get_file, tmp_path, name):
    with pytest.raises(ValueError, match="is not unpacked"):
        get_file(name, extract=True)
    assert there(tmp_path) == [f"datasets/{name}_archive"]
    assert not any(p.is_symlink() for p in tmp_path.rglob("*"))
    assert not pathlib.Path("/tmp/evil.txt").exists()


def test_bombs_are_refused(get_file, tmp_path, monkeypatch):
    monkeypatch.setattr("visualnn.datasets.archives._LARGE", 0)
    monkeypatch.setattr("visualnn.datasets.archives._RATIO", 0.001)
    for name in ("x.tar.gz", "x.zip"):
        with pytest.raises(ValueError, match="times its own size"):
            get_file(name, extract=True)
    assert there(tmp_path) == ["datasets/x.tar.gz_archive", "datasets/x.zip_archive"]


@pytest.mark.parametrize("fname", ["a/b.txt", "../b.txt", "..", "a\\b", "", "a\0b"])
def test_names_are_no_ways(get_file, tmp_path, fname):
    with pytest.raises(ValueError, match="a name without folders"):
        get_file("plain.txt", fname)
    assert there(tmp_path) == [] and get_file.asked == []


def test_arguments_that_are_not_known(get_file):
    with pytest.raises(ValueError, match="`origin`"):
        utils.get_file("x")
    with pytest.raises(ValueError, match="does not end with a name"):
        get_file("")
    with pytest.raises(ValueError, match="hash_algorithm"):
        get_file("plain.txt", hash_algorithm="x")
    with pytest.raises(NotImplementedError, match="no other archives"):
        get_file("x.zip", extract=True, archive_format="rar")
