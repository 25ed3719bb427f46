"""The container's entry point: `train`, `serve`, `evaluate` or `test`, as SageMaker calls it."""
import sys

USAGE = "usage: docker run IMAGE train | serve | evaluate | test"


def main(arguments):
    command = arguments[0] if arguments else "serve"
    if command == "train":
        from scikit.train import run
    elif command == "serve":
        from scikit.serve import run
    elif command == "evaluate":
        from scikit.processing import run
    elif command == "test":
        from scikit.selftest import run
    else:
        print(f"unknown command '{command}': {USAGE}", file=sys.stderr)
        return 2
    return run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
