"""A server on this machine, with tiny files like those of the well-known data sets."""

import contextlib
import gzip
import http.server
import io
import json
import pickle
import tarfile
import threading
import zipfile

import numpy as np


@contextlib.contextmanager
def serving(files):
    """Serve bytes by name; gives the address and the list of what was asked for."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            name = self.path.partition("?")[0].lstrip("/")
            asked.append(name)
            data = files.get(name)
            if data is None:
                self.send_error(404)
                return
            self.send_response(200)
            promised = len(data) + (100 if name.startswith("broken") else 0)
            self.send_header("Content-Length", str(promised))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs=dict(poll_interval=0.01))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def tar(members, **links):
    """A ``.tar.gz`` of bytes by name, with links by name."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
        for name, target in links.items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            archive.addfile(entry)
    return file.getvalue()


def zipped(members, link=None):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        if link is not None:
            entry = zipfile.ZipInfo("link")
            entry.external_attr = 0o120777 << 16
            archive.writestr(entry, link)
    return file.getvalue()


def idx(x):
    sizes = np.array(x.shape, ">i4").tobytes()
    return gzip.compress(bytes([0, 0, 8, x.ndim]) + sizes + x.tobytes(), mtime=0)


def texts(random, count):
    found = np.empty(count, object)
    found[:] = [random.randint(1, 30, random.randint(2, 9)).tolist() for _ in range(count)]
    return found


def tiny_files():
    """Files of the names and formats of the real ones, with few examples."""
    random = np.random.RandomState(0)  # what Keras gave for these was recorded

    def pictures(count):
        return random.randint(0, 256, (count, 28, 28)).astype("uint8")

    files = {}
    files["imdb.npz"] = npz(
        x_train=texts(random, 6),
        y_train=np.arange(6) % 2,
        x_test=texts(random, 5),
        y_test=np.arange(5) % 2,
    )
    files["reuters.npz"] = npz(x=texts(random, 10), y=np.arange(10))
    files["boston_housing.npz"] = npz(x=random.rand(10, 13), y=np.arange(10.0))
    files["california_housing.npz"] = npz(
        x=random.rand(700, 8).astype("float32"), y=np.arange(700, dtype="float32")
    )
    files["mnist.npz"] = npz(
        x_train=pictures(3),
        y_train=np.arange(3, dtype="uint8"),
        x_test=pictures(2),
        y_test=np.arange(2, dtype="uint8"),
    )
    for part, count in (("train", 3), ("t10k", 2)):
        files[f"{part}-images-idx3-ubyte.gz"] = idx(pictures(count))
        files[f"{part}-labels-idx1-ubyte.gz"] = idx(np.arange(count, dtype="uint8"))
    files["cifar-10-python.tar.gz"] = tar(
        {
            f"cifar-10-batches-py/{name}": batch(random, labels=[i, 1])
            for i, name in enumerate([*(f"data_batch_{n}" for n in range(1, 6)), "test_batch"])
        }
    )
    files["cifar-100-python.tar.gz"] = tar(
        {
            f"cifar-100-python/{name}": batch(random, fine_labels=[i, 99], coarse_labels=[i, 19])
            for i, name in enumerate(["train", "test"])
        }
    )
    index = json.dumps({"the": 1, "Grüße": 2}).encode()
    files["imdb_word_index.json"] = files["reuters_word_index.json"] = index
    return files


def batch(random, **labels):
    """A pickled batch of two pictures, as Python 2 wrote them: with names that are bytes."""
    data = random.randint(0, 256, (2, 3072)).astype("uint8")
    named = {b"data": data, **{name.encode(): values for name, values in labels.items()}}
    return pickle.dumps(named, protocol=2)
