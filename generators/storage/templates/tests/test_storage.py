from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.stub import Stubber

from <%- absolute('storage') %> import Bucket

CONFIG = {
    "S3_BUCKET": "my-bucket",
    "S3_ENDPOINT_URL": None,
    "AWS_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "s3cret",
}


@pytest.fixture
def bucket() -> Bucket:
    return Bucket(CONFIG)


@pytest.fixture
def stub(bucket: Bucket) -> Iterator[Stubber]:
    """What the storage is asked, in place of the storage: any other request fails."""
    with Stubber(bucket.client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def test_an_upload_is_bound_to_its_type_and_size_and_ends(bucket: Bucket) -> None:
    url = urlsplit(bucket.upload_url("cat.png", "image/png", 12))
    query = parse_qs(url.query)
    assert url.hostname == "my-bucket.s3.eu-west-1.amazonaws.com"
    assert url.path == "/uploads/cat.png"
    assert query["X-Amz-SignedHeaders"] == ["content-length;content-type;host"]
    assert query["X-Amz-Expires"] == ["600"]
    assert "s3cret" not in url.query


def test_a_download_is_saved_by_the_browser_not_shown(bucket: Bucket) -> None:
    query = parse_qs(urlsplit(bucket.download_url("cat.png")).query)
    assert query["response-content-disposition"] == ["attachment; filename=cat.png"]
    assert query["X-Amz-Expires"] == ["300"]


def test_storage_of_others_has_the_bucket_in_its_path() -> None:
    bucket = Bucket({**CONFIG, "S3_ENDPOINT_URL": "https://storage.example"})
    assert bucket.upload_url("cat.png", "image/png", 12).startswith(
        "https://storage.example/my-bucket/uploads/cat.png?"
    )


def test_a_small_file_is_put_with_its_type(bucket: Bucket, stub: Stubber) -> None:
    stub.add_response(
        "put_object",
        {},
        {
            "Bucket": "my-bucket",
            "Key": "uploads/cat.png",
            "ContentType": "image/png",
            "Body": b"meow",
        },
    )
    bucket.put("cat.png", "image/png", b"meow")


def test_files_are_listed_newest_first(bucket: Bucket, stub: Stubber) -> None:
    contents = [
        {"Key": key, "Size": 4, "LastModified": datetime(2026, 1, day, tzinfo=UTC)}
        for key, day in (("uploads/", 4), ("uploads/old.png", 1), ("uploads/new.png", 3))
    ]
    asked = {"Bucket": "my-bucket", "Prefix": "uploads/"}
    stub.add_response("list_objects_v2", {"Contents": contents}, asked)
    stub.add_response("list_objects_v2", {}, asked)
    assert [file.name for file in bucket.newest(50)] == ["new.png", "old.png"]
    assert bucket.newest(50) == []


def test_only_pages_of_the_named_origins_may_upload(bucket: Bucket, stub: Stubber) -> None:
    rule = {
        "AllowedOrigins": ["https://www.example.com"],
        "AllowedMethods": ["PUT"],
        "AllowedHeaders": ["Content-Type"],
        "MaxAgeSeconds": 3600,
    }
    stub.add_response(
        "put_bucket_cors",
        {},
        {"Bucket": "my-bucket", "CORSConfiguration": {"CORSRules": [rule]}},
    )
    bucket.allow(["https://www.example.com"])
