"""Scores a fitted estimator on rows that it has not seen."""
from sklearn import metrics
from sklearn.base import is_classifier


def evaluate(estimator, table):
    """
    (metrics by name, details). Classifiers: accuracy, f1 (macro), and log_loss where there are probabilities;
    regressors: r2, mae, rmse. Details hold the confusion table for a report.
    """
    predicted = estimator.predict(table.features)
    if not is_classifier(estimator):
        error = metrics.mean_squared_error(table.target, predicted)
        return {"r2": float(metrics.r2_score(table.target, predicted)),
                "mae": float(metrics.mean_absolute_error(table.target, predicted)),
                "rmse": float(error ** 0.5)}, {}
    scores = {"accuracy": float(metrics.accuracy_score(table.target, predicted)),
              "f1": float(metrics.f1_score(table.target, predicted, average="macro", zero_division=0))}
    classes = list(estimator.classes_)
    if hasattr(estimator, "predict_proba") and set(table.target) <= set(classes):
        scores["log_loss"] = float(metrics.log_loss(table.target, estimator.predict_proba(table.features), labels=classes))
    table_of = metrics.confusion_matrix(table.target, predicted, labels=classes)
    return scores, {"classes": [str(c) for c in classes], "confusion": table_of.tolist()}
