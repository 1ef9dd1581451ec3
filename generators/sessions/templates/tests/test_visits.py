from flask import Flask


def test_each_browser_has_a_session_of_its_own(app: Flask) -> None:
    one, other = app.test_client(), app.test_client()
    for visits in (1, 2):
        assert one.post("/api/visits").get_json() == {"visits": visits}
    assert other.get("/api/visits").get_json() == {"visits": 0}


def test_the_cookie_is_only_a_name(app: Flask) -> None:
    client = app.test_client()
    client.post("/api/visits")
    stolen = client.get_cookie("session")
    assert stolen is not None
    assert client.delete("/api/visits").status_code == 204
    client.set_cookie("session", stolen.value)
    assert client.get("/api/visits").get_json() == {"visits": 0}
