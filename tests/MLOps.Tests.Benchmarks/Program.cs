using System.Text;
using MLOps.Tests.Benchmarks;

Console.OutputEncoding = Encoding.UTF8;
return await BenchmarkProgram.RunAsync(args);
