"""
The dispatcher's algorithms. Hyperparameters with the prefix `logistic_` or `random_forest_` reach the one they name;
the header X-Amzn-SageMaker-Custom-Attributes (`logistic`, `random_forest`) picks who answers a request.
"""
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

ALGORITHMS = {"logistic": LogisticRegression, "random_forest": RandomForestClassifier}
DEFAULT = "logistic"
