// Saves bytes from the server as a file.
export async function save(name, type, reference) {
  const blob = new Blob([await reference.arrayBuffer()], { type });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
