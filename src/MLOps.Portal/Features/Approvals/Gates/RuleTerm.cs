namespace MLOps.Portal.Features.Approvals.Gates;

/// <summary>A part of a rule that has a value.</summary>
internal abstract record RuleTerm
{
    private RuleTerm()
    {
    }

    /// <summary>The value by what was measured; a gap in it is the gap of the whole.</summary>
    public abstract Measure Value(Measures measures);

    /// <summary>The metrics that it names, production's not among them.</summary>
    public virtual IEnumerable<string> Metrics() => [];

    public virtual bool HasBareProduction() => false;

    /// <summary>The same, with <c>production</c> for a metric's.</summary>
    public virtual RuleTerm WithProduction(string metric) => this;

    internal sealed record Number(double Amount) : RuleTerm
    {
        public override Measure Value(Measures measures) => new(Amount);
    }

    internal sealed record Metric(string Name) : RuleTerm
    {
        public override Measure Value(Measures measures) => measures.Candidate(Name);

        public override IEnumerable<string> Metrics() => [Name];
    }

    internal sealed record Production(string? Name) : RuleTerm
    {
        public override Measure Value(Measures measures) => measures.Production(Name!);

        public override bool HasBareProduction() => Name is null;

        public override RuleTerm WithProduction(string metric) => Name is null ? new Production(metric) : this;
    }

    internal sealed record Binary(char Operation, RuleTerm Left, RuleTerm Right) : RuleTerm
    {
        public override Measure Value(Measures measures)
        {
            var (left, right) = (Left.Value(measures), Right.Value(measures));
            if (left.Gap != MeasureGap.None)
                return left;
            if (right.Gap != MeasureGap.None)
                return right;
            return new Measure(Operation switch
            {
                '+' => left.Amount + right.Amount,
                '-' => left.Amount - right.Amount,
                '*' => left.Amount * right.Amount,
                _ => left.Amount / right.Amount,
            });
        }

        public override IEnumerable<string> Metrics() => Left.Metrics().Concat(Right.Metrics());

        public override bool HasBareProduction() => Left.HasBareProduction() || Right.HasBareProduction();

        public override RuleTerm WithProduction(string metric) => this with { Left = Left.WithProduction(metric), Right = Right.WithProduction(metric) };
    }
}
