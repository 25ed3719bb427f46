class UserError(Exception):
    """Something that the model's author can mend; its text becomes the training job's FailureReason."""


class RequestError(Exception):
    """A request that cannot be answered: an HTTP status and a text for the caller."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status
