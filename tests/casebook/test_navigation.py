"""The navigation is laid out from what exists, in each language."""

from __future__ import annotations

from small_project import TOOL

from casebook import navigation

PLAIN = (
    "---\ntitle: A page\ndescription: A page that exists so that the navigation finds it somewhere.\n---\n\n# A page\n"
)


def test_a_part_without_a_page_is_not_shown(mini):
    nav = navigation.tree(mini.site())
    assert nav == [
        {"Home": "index.md"},
        {"Tools": [{"4 · Data and steering": ["tools/net-promoter-score.md"]}]},
        {"Notebooks": ["notebooks/tools/net-promoter-score.ipynb"]},
    ]


def test_pages_are_found_where_they_lie_with_the_index_first(mini):
    for name in ("data/a.md", "data/index.md", "data/z.md", "glossary.md", "tools/index.md"):
        mini.write(f"docs/en/{name}", PLAIN)
    nav = navigation.tree(mini.site())
    assert {"Data": ["data/index.md", "data/a.md", "data/z.md"]} in nav
    assert nav[-1] == {"Glossary": "glossary.md"}
    assert nav[1]["Tools"][0] == "tools/index.md"


def test_a_folder_within_a_part_is_a_section_with_the_title_of_its_index(mini):
    for name in ("data/index.md", "data/z.md", "data/words/index.md", "data/words/a.md", "data/maps/b.md"):
        mini.write(f"docs/en/{name}", PLAIN)
    assert {
        "Data": [
            "data/index.md",
            "data/z.md",
            {"Maps": ["data/maps/b.md"]},
            {"A page": ["data/words/index.md", "data/words/a.md"]},
        ]
    } in navigation.tree(mini.site())


def test_the_french_navigation_has_french_words_and_its_own_pages_alone(mini):
    mini.write("docs/fr/index.md", PLAIN)
    assert navigation.tree(mini.site("fr")) == [{"Accueil": "index.md"}]


def test_twins_lead_to_the_page_in_each_language_or_to_the_start(mini):
    mini.write("docs/fr/index.md", PLAIN)

    def links(src_uri: str, language: str = "en") -> list[str]:
        return [one["link"] for one in navigation.twins(mini.site(language), src_uri)]

    assert links("index.md") == ["index.html", "fr/index.html"]
    assert links("tools/net-promoter-score.md") == ["net-promoter-score.html", "../fr/index.html"]
    assert links("notebooks/tools/net-promoter-score.ipynb") == ["net-promoter-score.html", "../../fr/index.html"]
    assert links("index.md", "fr") == ["../index.html", "index.html"]
    mini.write(TOOL.replace("/en/", "/fr/"), PLAIN)
    # The French page is found by its file; its front matter is read by the build of its language.
    assert links("tools/net-promoter-score.md")[1] == "../fr/tools/net-promoter-score.html"
