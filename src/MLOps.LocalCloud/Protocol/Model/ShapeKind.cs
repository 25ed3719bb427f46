namespace MLOps.LocalCloud.Protocol.Model;

/// <summary>The type of a shape in an API description.</summary>
internal enum ShapeKind { Structure, List, Map, String, Integer, Long, Float, Double, Boolean, Timestamp, Blob }

/// <summary>How a time is written; <see cref="Unset"/> leaves it to the protocol.</summary>
internal enum TimestampFormat { Unset, Epoch, Iso8601, HttpDate }

/// <summary>Where in an HTTP message a member travels.</summary>
internal enum MemberLocation { Body, Header, HeaderPrefix, Query, Uri, StatusCode }
