"""Where uploaded files are kept: a bucket of S3-compatible storage.

Never the disk of a dyno, which is wiped at least once a day and which no other dyno sees.
https://devcenter.heroku.com/articles/s3
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import boto3
from botocore.config import Config

# How long, in seconds, an address is good for: an upload has to begin, a download to be followed.
UPLOAD_SECONDS = 600
DOWNLOAD_SECONDS = 300

# The bucket may hold other things, too.
FOLDER = "uploads/"


@dataclass(frozen=True)
class StoredFile:
    name: str
    size: int
    stored_at: datetime


class Bucket:
    """A bucket. Browsers send and fetch files there directly: here they only get addresses."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.name = config["S3_BUCKET"]
        endpoint = config["S3_ENDPOINT_URL"] or None
        self.client = boto3.client(
            "s3",
            aws_access_key_id=config["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=config["AWS_SECRET_ACCESS_KEY"],
            region_name=config["AWS_REGION"],
            endpoint_url=endpoint,
            config=Config(
                # Else boto3 signs addresses in an older way, which does not bind the size.
                signature_version="s3v4",
                # Amazon's buckets by their host in their region: the one without a region redirects
                # for hours while a bucket is new, and a browser's upload does not survive that.
                # https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingRouting.html
                s3={"addressing_style": "path" if endpoint else "virtual"},
                # Checksums that are not asked for are not understood by all that is S3-compatible.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                # Heroku's router answers for us after 30 seconds; this gives up after 26.
                # https://devcenter.heroku.com/articles/request-timeout
                connect_timeout=3,
                read_timeout=10,
                retries={"mode": "standard", "total_max_attempts": 2},
            ),
        )

    def upload_url(self, name: str, content_type: str, size: int) -> str:
        """Make an address for one PUT of a file of exactly this type and size."""
        return self.client.generate_presigned_url(
            "put_object",
            Params={
                "Bucket": self.name,
                "Key": FOLDER + name,
                "ContentType": content_type,
                "ContentLength": size,
            },
            ExpiresIn=UPLOAD_SECONDS,
        )

    def download_url(self, name: str) -> str:
        """Make an address for the download of a file, which the browser saves and never runs."""
        return self.client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self.name,
                "Key": FOLDER + name,
                "ResponseContentDisposition": f"attachment; filename={name}",
            },
            ExpiresIn=DOWNLOAD_SECONDS,
        )

    def put(self, name: str, content_type: str, data: bytes) -> None:
        self.client.put_object(
            Bucket=self.name, Key=FOLDER + name, ContentType=content_type, Body=data
        )

    def newest(self, limit: int) -> list[StoredFile]:
        """List the files stored last. It looks at 1,000: for more, keep the names in a database."""
        answer = self.client.list_objects_v2(Bucket=self.name, Prefix=FOLDER)
        files = [
            StoredFile(each["Key"].removeprefix(FOLDER), each["Size"], each["LastModified"])
            for each in answer.get("Contents", [])
            # Some tools store the folder itself as an empty file.
            if each["Key"] != FOLDER
        ]
        return sorted(files, key=lambda file: file.stored_at, reverse=True)[:limit]

    def allow(self, origins: Sequence[str]) -> None:
        """Let pages of these origins upload to the bucket; it takes the place of its CORS rules."""
        self.client.put_bucket_cors(
            Bucket=self.name,
            CORSConfiguration={
                "CORSRules": [
                    {
                        "AllowedOrigins": list(origins),
                        "AllowedMethods": ["PUT"],
                        "AllowedHeaders": ["Content-Type"],
                        "MaxAgeSeconds": 3600,
                    }
                ]
            },
        )
