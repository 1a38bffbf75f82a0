/** Where this Deno keeps what it has downloaded: a child with a home of its own needs it, too. */
export async function denoFolder(): Promise<string> {
  const info = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(info.stdout)).denoDir;
}
