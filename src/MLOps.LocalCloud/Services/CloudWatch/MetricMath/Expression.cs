namespace MLOps.LocalCloud.Services.CloudWatch.MetricMath;

/// <summary>A metric-math expression as a tree.</summary>
internal abstract record Expression;

internal sealed record NumberExpression(double Value) : Expression;

internal sealed record TextExpression(string Value) : Expression;

/// <summary>Another query of the same request, or one of the words REPEAT and LINEAR.</summary>
internal sealed record NameExpression(string Name) : Expression;

internal sealed record UnaryExpression(Expression Operand) : Expression;

internal sealed record BinaryExpression(string Operator, Expression Left, Expression Right) : Expression;

internal sealed record CallExpression(string Function, IReadOnlyList<Expression> Arguments) : Expression;

internal sealed record ListExpression(IReadOnlyList<Expression> Items) : Expression;
