"""Trains and serves scikit-learn estimators by SageMaker's container contract."""
