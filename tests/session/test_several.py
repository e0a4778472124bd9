"""Several classes at once, by what real files state of how they were trained."""

import numpy as np
import pytest

import cutaway


@pytest.mark.parametrize(
    ("ending", "loss", "several"),
    [
        (".keras", "binary", True),
        (".h5", "binary", True),
        (".h5", "binary_crossentropy", True),
        (".keras", "sparse_categorical_crossentropy", False),
        (".h5", None, False),
    ],
)
def test_the_loss_in_a_keras_file(tmp_path, ending, loss, several):
    keras = pytest.importorskip("keras")
    entry = keras.Input((4,))
    net = keras.Model(entry, keras.layers.Dense(3)(entry))
    if loss is not None:
        own = keras.losses.BinaryCrossentropy(from_logits=True)
        net.compile(loss=own if loss == "binary" else loss)
    net.save(tmp_path / f"net{ending}")
    np.save(tmp_path / "fed.npy", np.ones((1, 4), np.float32))
    with cutaway.open(tmp_path / f"net{ending}") as model:
        (reading,) = model.run(tmp_path / "fed.npy").readings()
        raw = net.get_weights()[0].sum(axis=0)
        content = reading.content()
        assert reading.settings["several"] is several
        scores = [one["score"] for one in content["classes"]]
        powers = np.exp(raw - raw.max())
        wanted = 1 / (1 + np.exp(-raw)) if several else powers / powers.sum()
        np.testing.assert_allclose(scores, wanted, rtol=1e-5)
        assert content["applied"] == ("sigmoid" if several else "softmax")


def test_the_problem_type_of_a_hugging_face_folder(tmp_path):
    transformers = pytest.importorskip("transformers")
    config = transformers.BertConfig(
        vocab_size=40, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=16, num_labels=3,
        problem_type="multi_label_classification",
    )  # fmt: skip
    transformers.BertForSequenceClassification(config).save_pretrained(tmp_path / "bert")
    with cutaway.open(tmp_path / "bert") as model:
        (reading,) = [one for one in model.run().readings() if one.kind == "classes"]
        assert reading.settings["several"] is True
        assert "the file says multi_label_classification" in reading.why
        assert reading.content()["applied"] == "sigmoid"
