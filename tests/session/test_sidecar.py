"""What the user chose is kept beside a model, but never beside a shipped one."""

import json
import shutil

from cutaway import demo
from cutaway.session.sidecar import Sidecar

STEPS = [{"step": "decode"}, {"step": "colour", "to": "gray"}]


def test_a_choice_is_kept_beside_the_model(tmp_path):
    model = tmp_path / "copy.onnx"
    shutil.copy(demo.model(prefer_keras=False), model)
    chosen = Sidecar(model).choose_preparation(STEPS)
    assert chosen.saved
    kept = json.loads((tmp_path / "copy.onnx.cutaway.json").read_text("utf-8"))
    assert kept["preparation"] == STEPS


def test_the_demo_keeps_its_own_settings():
    model = demo.model(prefer_keras=True)
    file = model.with_name(model.name + ".cutaway.json")
    before = file.read_bytes()
    sidecar = Sidecar(model)
    chosen = sidecar.choose_preparation(STEPS)
    assert not chosen.saved
    assert chosen.preparation == STEPS
    assert "demo" in (sidecar.message or "")
    assert file.read_bytes() == before
