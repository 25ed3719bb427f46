using System.Text;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;

namespace MLOps.Cloud.Cases;

/// <inheritdoc/>
public sealed class CaseRunner(IEndpointInvoker endpoints) : ICaseRunner
{
    // Production serves people meanwhile: what is asked here shall not be felt there.
    private const int AtOnce = 4;

    public async Task<CaseResults> RunAsync(
        CaseSet cases, CaseTarget candidate, CaseTarget? production, double tolerance, Action<int>? asked = null, CancellationToken cancelled = default)
    {
        var count = 0;
        void Count() => asked?.Invoke(Interlocked.Increment(ref count));

        // One after the other, so that neither is measured under the other's load.
        var challenger = await AskAsync(cases, candidate, Count, cancelled);
        CaseAnswer[]? champion = null;
        CloudFault? fault = null;
        if (production is not null)
        {
            try
            {
                champion = await AskAsync(cases, production, Count, cancelled);
            }
            catch (CloudException refused)
            {
                fault = refused.Fault;
            }
        }
        return new CaseResults(cases.Source, cases.Sha256, cases.Total, [.. cases.Cases.Select((c, i) => new CaseRow(c, challenger[i], champion?[i]))], tolerance, fault);
    }

    private async Task<CaseAnswer[]> AskAsync(CaseSet cases, CaseTarget target, Action answered, CancellationToken cancelled)
    {
        var answers = new CaseAnswer[cases.Cases.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancelled };
        await Parallel.ForEachAsync(cases.Cases.Select((c, i) => (c, i)), options, async (item, token) =>
        {
            var request = new InvocationRequest(target.Endpoint, Encoding.UTF8.GetBytes(item.c.Body))
            {
                ContentType = item.c.ContentType.Length > 0 ? item.c.ContentType : cases.ContentType,
                Accept = item.c.Accept,
                CustomAttributes = item.c.CustomAttributes,
                TargetVariant = target.Variant,
            };
            answers[item.i] = CaseAnswer.Of(await endpoints.InvokeAsync(target.Connection, request, token));
            answered();
        });
        return answers;
    }
}
