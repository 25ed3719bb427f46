using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.SageMaker.Resources;

/// <summary>Turns the image that a caller names into the one that is meant from then on, whatever the tag names later.</summary>
internal static class ImageReferences
{
    /// <summary>The reference with the digest in place of the tag.</summary>
    /// <exception cref="AwsException">There is no such image.</exception>
    public static string Resolve(this IImageStore images, string reference)
    {
        var image = images.Find(reference) ?? throw AwsException.Validation($"Requested image {reference} not found.");
        var repository = reference.Split('@')[0];
        var tag = repository.LastIndexOf(':');
        return $"{(tag > repository.LastIndexOf('/') ? repository[..tag] : repository)}@{image.Digest}";
    }
}
