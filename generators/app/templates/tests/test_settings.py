import runpy

import pytest

<%_ if (answers.layout === 'package') { _%>
from <%- packageName %> import settings
<%_ } else { _%>
import app
<%_ } _%>

<%_ const required = configVars.filter((variable) => variable.required) _%>
DYNO = {
    "DYNO": "web.1",
<%_ for (const { name, example } of required) { _%>
    "<%- name %>": "<%- example %>",
<%_ } _%>
}


def load(monkeypatch: pytest.MonkeyPatch, **environ: str) -> dict[str, object]:
    """Run <%- settingsFile %> afresh with these variables alone."""
    for name in ("CI", *DYNO):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(<%- answers.layout === 'package' ? 'settings' : 'app' %>.__file__)


@pytest.mark.parametrize("missing", [name for name in DYNO if name != "DYNO"])
def test_a_dyno_without_its_config_vars_does_not_start(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    with pytest.raises(SystemExit, match=f"{missing} is not set"):
        load(monkeypatch, **{**DYNO, missing: ""})


def test_a_dyno_keeps_its_cookies_to_https(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load(monkeypatch, **DYNO)
    assert loaded["SECRET_KEY"] == "s3cret"
    assert loaded["SESSION_COOKIE_SECURE"] is True


<%_ if (answers.database === 'postgres') { _%>
@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgres_is_reached_with_psycopg(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    loaded = load(monkeypatch, **{**DYNO, "DATABASE_URL": f"{scheme}://u:p@host:5432/db"})
    assert loaded["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://u:p@host:5432/db"


<%_ } _%>
def test_a_laptop_and_heroku_ci_need_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for environ in ({}, {"DYNO": "test.1", "CI": "true"}):
        loaded = load(monkeypatch, **environ)
        assert loaded["ON_DYNO"] is False
<%_ if (answers.database === 'postgres') { _%>
        assert loaded["SQLALCHEMY_DATABASE_URI"] == "sqlite:///app.db"
<%_ } _%>
