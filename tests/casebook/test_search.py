"""Search finds words as readers type them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import material
import pytest
from mkdocs.exceptions import PluginError

from casebook import search
from casebook.search import enrich, folded, other_forms


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Fidélité", "fidelite"),
        ("CŒUR", "coeur"),
        ("l’été", "l'ete"),
        ("Straße", "strasse"),
        ("ﬁn", "fin"),
        ("nps", "nps"),
    ],
)
def test_words_are_folded_to_plain_letters(text, plain):
    assert folded(text) == plain


@pytest.mark.parametrize(
    ("word", "language", "forms"),
    [
        ("fidélité", "fr", {"fidelite", "fidelites"}),
        ("survey", "en", {"surveys"}),
        ("Persona", "en", {"personas"}),
        ("story", "en", {"stories"}),
        ("cheval", "fr", {"chevaux"}),
        ("signal", "en", {"signals"}),
        ("cadeau", "fr", {"cadeaux"}),
        ("jeux", "fr", set()),
        ("cœur", "fr", {"coeur", "coeurs"}),
        ("avis", "fr", set()),
        ("box", "en", set()),
        ("nps", "en", set()),
        ("car", "en", set()),
        ("e-mail", "en", set()),
    ],
)
def test_readers_find_a_word_without_accents_and_by_its_plural(word, language, forms):
    assert other_forms([word], language) == forms


def test_forms_that_are_there_already_are_not_added():
    assert other_forms(["survey", "surveys", "Fidelite", "fidélité"], "en") == {"fidelites"}


def test_words_are_words_not_numbers():
    assert search.WORD.findall("L’été 2026, e-mail_x; 3ème: a1") == ["L’été", "e-mail_x", "ème", "a1"]


def test_an_index_gets_a_field_of_other_forms_and_a_page_its_names(tmp_path):
    index = tmp_path / "search_index.json"
    docs = [
        {"location": "tools/a.html", "title": "L&#39;été", "text": "<b class='survey'>Fidélité</b> &eacute;tude"},
        {"location": "tools/a.html#part", "title": "Part", "text": ""},
        {"location": "b.html", "title": "Other"},
    ]
    index.write_text(json.dumps({"config": {"lang": ["fr"]}, "docs": docs}), encoding="utf-8")
    enrich(index, {"tools/a.html": ["Le NPS®", "Détracteur"]}, "fr")
    made = json.loads(index.read_text(encoding="utf-8"))
    assert set(made["config"]["fields"]) == {"alias", "names"}
    first, part, other = (set(one["alias"].split()) for one in made["docs"])
    names, no_names, _ = (one["names"] for one in made["docs"])
    assert {"fidelite", "fidelites", "etude", "l'ete"} <= first
    assert names.startswith("Le NPS® Détracteur ")
    assert {"detracteur", "detracteurs"} <= set(names.split())
    assert no_names == ""
    assert "class" not in first
    assert "surveys" not in first
    assert "detracteur" not in part | other
    assert "parts" in part
    assert [one["title"] for one in made["docs"]] == [one["title"] for one in docs]


def test_the_same_index_is_enriched_to_the_same_bytes(tmp_path):
    texts = set()
    for _ in range(2):
        index = tmp_path / "index.json"
        doc = {"location": "a", "title": "x", "text": " ".join(f"mot{chr(97 + n)}é" for n in range(26))}
        index.write_text(json.dumps({"config": {}, "docs": [doc]}))
        enrich(index, {}, "fr")
        texts.add(index.read_bytes())
    assert len(texts) == 1


@pytest.fixture
def built(tmp_path):
    """Return a folder that holds what search runs on, as the theme ships it."""
    shipped = Path(material.__file__).parent / "templates" / search.WORKERS
    shutil.copytree(shipped, tmp_path / search.WORKERS)
    return tmp_path


def test_edges_of_the_word_tree_are_parted_in_one_place(built):
    (worker,) = (built / search.WORKERS).glob("search.*.js")
    before = worker.read_text(encoding="utf-8")
    search.tell_digits_apart(built)
    after = worker.read_text(encoding="utf-8")
    assert len(after) == len(before) + len('+","')
    assert after.replace('+","}return', "}return") == before


def test_a_theme_without_that_place_is_refused(built):
    search.tell_digits_apart(built)
    with pytest.raises(PluginError, match="is not where it was"):
        search.tell_digits_apart(built)
