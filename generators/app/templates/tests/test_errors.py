from flask import Flask
from flask.testing import FlaskClient


<%_ if (answers.frontend === 'api') { _%>
def test_errors_are_json_whatever_is_asked_for(client: FlaskClient) -> None:
    for path, accepted in (("/api/nowhere", "*/*"), ("/nowhere", "text/html")):
        answer = client.get(path, headers={"Accept": accepted})
        assert answer.status_code == 404
        assert answer.get_json()["error"] == "Not Found"


def test_a_wrong_method_is_told_the_right_one(client: FlaskClient) -> None:
    answer = client.delete("/health")
    assert answer.status_code == 405
    assert answer.get_json()["error"] == "Method Not Allowed"
    assert "GET" in answer.headers["Allow"]
<%_ } else { _%>
def test_people_get_a_page(client: FlaskClient) -> None:
    answer = client.get("/nowhere", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "<h1>Not Found</h1>" in answer.text


def test_programs_get_json(client: FlaskClient) -> None:
    for path, headers in (("/api/nowhere", {}), ("/nowhere", {"Accept": "application/json"})):
        answer = client.get(path, headers=headers)
        assert answer.status_code == 404
        assert answer.get_json()["error"] == "Not Found"
<%_ } _%>


def test_a_crash_is_a_500_without_its_details(app: Flask) -> None:
    @app.get("/api/crash")
    def crash() -> str:
        raise RuntimeError("the password is tiger")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = app.test_client().get("/api/crash")
    assert answer.status_code == 500
    assert "tiger" not in answer.text


def test_the_health_check_answers(client: FlaskClient) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.get_json()["status"] == "ok"
