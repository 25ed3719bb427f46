"""CodePipeline's artifacts: zips in S3, read and written with the credentials that the job brings."""
import io
import zipfile

import boto3

from training import UploadError

LARGEST = 10 * 1024 * 1024  # bytes unpacked; the upload holds two small JSON files and a model card


def _s3(credentials):
    if not credentials:
        return boto3.client("s3")
    return boto3.client("s3", aws_access_key_id=credentials["accessKeyId"],
                        aws_secret_access_key=credentials["secretAccessKey"],
                        aws_session_token=credentials.get("sessionToken") or None)


def read(artifact, credentials=None):
    """{file name: bytes} of the artifact."""
    place = artifact["location"]["s3Location"]
    body = _s3(credentials).get_object(Bucket=place["bucketName"], Key=place["objectKey"])["Body"].read()
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as zipped:
            entries = [e for e in zipped.infolist() if not e.is_dir()]
            if sum(e.file_size for e in entries) > LARGEST:
                raise UploadError(f"trainingjob.zip unpacks to more than {LARGEST // 1024 // 1024} MiB")
            return {e.filename: zipped.read(e) for e in entries}
    except zipfile.BadZipFile as e:
        raise UploadError(f"the upload is no zip file: {e}") from e


def write(artifact, files, credentials=None):
    """Stores {file name: bytes} as the artifact."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    place = artifact["location"]["s3Location"]
    _s3(credentials).put_object(Bucket=place["bucketName"], Key=place["objectKey"], Body=packed.getvalue())
