"""NumPy's side of the tests: writes checkpoints for the engine to read, and computes with one that the engine wrote."""

import io
import json
import sys
import zipfile

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

# The network of SmallNetwork.cs.
SIZES = {"W1": (3, 2, 3, 3), "W2": (4, 3, 3, 3), "W3": (16, 5), "W4": (5, 3), "B1": (3,), "B2": (4,), "B3": (5,), "B4": (3,)}


def small_arrays(dtype, order, bias_shape):
    arrays = {}
    for key, sizes in SIZES.items():
        places = np.arange(np.prod(sizes))
        values = ((places * 37 + 11 * int(key[1]) + (7 if key[0] == "B" else 0)) % 101 - 50) / 64
        shape = bias_shape if key[0] == "B" else sizes
        arrays[key] = np.asarray(values.reshape(shape), dtype=dtype, order=order)
    return arrays


def write(directory):
    """Writes the small checkpoint in every way there is, and one with an object in it."""
    savers = {"stored": np.savez, "deflated": np.savez_compressed}
    biases = {"flat": (-1,), "row": (1, -1), "column": (-1, 1)}
    progress = {
        "scalars": dict(epoch=np.int64(7), batch=np.array(120, dtype=np.uint16),
                        train_loss_history=np.array([2.25, 1.5, 0.75]), train_acc_history=np.array([])),
        "arrays": dict(epoch=7, batch=np.array([120], dtype=">i4"),
                       train_loss_history=[np.float32(2.25), np.float32(1.5), np.float32(0.75)], train_acc_history=[]),
    }
    for saver, save in savers.items():
        for dtype in ("<f8", "<f4", "<f2", ">f8", ">f4"):
            for order in "CF":
                for bias, shape in biases.items():
                    for kind, counts in progress.items():
                        name = f"{saver}-{dtype[0] == '>' and 'big' or 'little'}-{dtype[1:]}-{order}-{bias}-{kind}"
                        save(f"{directory}/{name}.npz", **small_arrays(dtype, order, shape), **counts, extra=np.array(["text", None], dtype=object))

    arrays = small_arrays("<f8", "C", (-1,)) | progress["scalars"]
    arrays["W2"] = arrays["W2"].astype(object)
    np.savez(f"{directory}/object.npz", **arrays)


def convolve(x, weights, bias):
    windows = sliding_window_view(np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1))), (3, 3), axis=(2, 3))
    return np.einsum("nchwij,fcij->nfhw", windows, weights, optimize=True) + bias.reshape(1, -1, 1, 1)


def pool(x):
    n, c, h, w = x.shape
    return x.reshape(n, c, h // 2, 2, w // 2, 2).max(axis=(3, 5))


def relu(x):
    return np.maximum(x, 0)


def forward(path, pixels):
    """Computes what the reference network makes of images, and looks at the file as such."""
    p = np.load(path, allow_pickle=False)
    x = np.fromfile(pixels, dtype=np.uint8).reshape(-1, 3, 32, 32) / 255
    x = relu(convolve(x, p["W1"], p["B1"]))
    x = pool(relu(convolve(x, p["W2"], p["B2"])))
    x = relu(convolve(x, p["W3"], p["B3"]))
    x = pool(relu(convolve(x, p["W4"], p["B4"])))
    x = relu(x.reshape(len(x), -1) @ p["W5"] + p["B5"])
    logits = x @ p["W6"] + p["B6"]

    archive = zipfile.ZipFile(path)
    bad = archive.testzip()
    for name in p.files:
        own = io.BytesIO()
        np.save(own, p[name])
        if archive.read(f"{name}.npy") != own.getvalue():
            bad = bad or name
    arrays = {name: f"{p[name].dtype} {p[name].shape}" for name in p.files}
    stored = all(entry.compress_type == zipfile.ZIP_STORED for entry in archive.infolist())
    print(json.dumps(dict(logits=logits.tolist(), arrays=arrays, bad=bad, stored=stored)))


if __name__ == "__main__":
    {"write": write, "forward": forward}[sys.argv[1]](*sys.argv[2:])
