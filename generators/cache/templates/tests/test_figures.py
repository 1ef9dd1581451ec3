from flask.testing import FlaskClient


def test_figures_are_kept_until_somebody_wants_new_ones(client: FlaskClient) -> None:
    first = client.get("/api/figures").get_json()
    assert client.get("/api/figures").get_json() == first
    assert client.delete("/api/figures").status_code == 204
    assert client.get("/api/figures").get_json() != first
