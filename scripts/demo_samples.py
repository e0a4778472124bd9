"""The test images that ship with the demo, and the file that lists them."""

from __future__ import annotations

import json

from PIL import Image

CHOSEN = [
    (270, "trousers"), (30, "bag"), (39, "ankle boot"), (143, "T-shirt"), (13, "dress"),
    (82, "sandal"), (55, "pullover"), (9, "sneaker"), (57, "coat"), (7, "shirt"),
    (590, "trousers"), (78, "bag"), (123, "ankle boot"), (71, "T-shirt"), (124, "dress"),
    (106, "sandal"), (77, "pullover"), (93, "sneaker"), (79, "coat"), (44, "shirt"),
]  # fmt: skip
"""Positions among the 10,000 test images and what is seen there, in the order they are offered:
chosen by eye for a clear outline, one of each class, then a second of each."""


def write(model, test, labels, out):
    """PNG files and ``samples.json``; an image that the model reads wrongly is an error."""
    images, truth = test
    positions = [position for position, _ in CHOSEN]
    read = model.predict(images[positions], verbose=0).argmax(1)
    wrong = [
        f"{position} ({labels[truth[position]]}, read as {labels[got]})"
        for position, got in zip(positions, read, strict=True)
        if got != truth[position]
    ]
    if wrong:
        raise SystemExit(f"choose other samples in place of test images {', '.join(wrong)}")
    folder = out / "samples"
    folder.mkdir(exist_ok=True)
    listed = [
        listed_sample(number, position, name, int(truth[position]))
        for number, (position, name) in enumerate(CHOSEN)
    ]
    for sample, position in zip(listed, positions, strict=True):
        gray = (images[position, :, :, 0] * 255).round().astype("uint8")
        Image.fromarray(gray).save(folder / sample["file"], optimize=True)
    text = json.dumps(listed, indent=1, ensure_ascii=False)
    (folder / "samples.json").write_text(text + "\n", "utf-8")


def listed_sample(number, position, name, label):
    return {
        "id": number,
        "name": f"{name} · test image {position}",
        "label": label,
        "file": f"{name.lower().replace(' ', '-')}-{position}.png",
    }
