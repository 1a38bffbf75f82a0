/**
 * Writes the AssemblyScript source of the MD5 block functions: straight-line code for one stream,
 * for two, and for four, eight and twelve in the lanes of 128-bit vectors.
 *
 * Twelve lanes are where the state just fits sixteen vector registers. Sixteen lanes are a little
 * faster on some processors and half as fast on others.
 *
 * @module
 */

const sines = Array.from(
  { length: 64 },
  (_, step) => Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32) | 0,
);
const rotations = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
const letters = ["a", "b", "c", "d"];

/** One of the 64 steps: its round, constant, message word and rotation. */
interface Step {
  readonly round: number;
  readonly sine: number;
  readonly word: number;
  readonly rotation: number;
}

const steps: readonly Step[] = sines.map((sine, step) => {
  const round = step >> 4;
  const word = [step, 5 * step + 1, 3 * step + 5, 7 * step][round] ?? 0;
  return { round, sine, word: word & 15, rotation: rotations[round]?.[step & 3] ?? 0 };
});

/**
 * Calls `write` for each step and each of some interleaved groups, with the names of the variables
 * that play a, b, c and d.
 */
function eachStep(
  groups: number,
  write: (step: Step, index: number, group: number, names: readonly string[]) => void,
): void {
  steps.forEach((step, index) => {
    const turn = index & 3;
    const names = [...letters.slice(4 - turn), ...letters.slice(0, 4 - turn)];
    for (let group = 0; group < groups; group++) {
      write(step, index, group, names.map((name) => name + group));
    }
  });
}

/** A function `md5_s<streams>(states, pointer…, blocks)` on plain 32-bit integers. */
function scalarKernel(streams: number): string[] {
  const lines: string[] = [];
  const all = Array.from({ length: streams }, (_, stream) => stream);
  const pointers = all.map((stream) => `p${stream}: usize`).join(", ");
  lines.push(`function md5_s${streams}(st: usize, ${pointers}, blocks: u32): void {`);
  for (const g of all) {
    letters.forEach((x, k) =>
      lines.push(`  let ${x}${g}: u32 = load<u32>(st, ${g * 16 + k * 4});`)
    );
  }
  lines.push("  const end: usize = p0 + (<usize>blocks << 6);", "  while (p0 < end) {");
  for (const g of all) for (const x of letters) lines.push(`    const s${x}${g} = ${x}${g};`);
  eachStep(streams, ({ round, sine, word, rotation }, _, group, [a, b, c, d]) => {
    // The newest value, b, comes in last: it is what the next step waits for. For the same reason
    // the choice of the second round is a sum of two disjoint halves.
    const sum = `${a} + load<u32>(p${group}, ${word * 4}) + ${sine}`;
    const mixed = [
      `(${sum}) + (${d} ^ (${b} & (${c} ^ ${d})))`,
      `((${sum}) + (${c} & ~${d})) + (${b} & ${d})`,
      `(${sum}) + (${b} ^ (${c} ^ ${d}))`,
      `(${sum}) + (${c} ^ (${b} | ~${d}))`,
    ][round];
    lines.push(`    ${a} = rotl<u32>(${mixed}, ${rotation}) + ${b};`);
  });
  for (const g of all) {
    for (const x of letters) lines.push(`    ${x}${g} += s${x}${g};`);
    lines.push(`    p${g} += 64;`);
  }
  lines.push("  }");
  for (const g of all) {
    letters.forEach((x, k) => lines.push(`  store<u32>(st, ${x}${g}, ${g * 16 + k * 4});`));
  }
  lines.push("}");
  return lines;
}

/**
 * A function `md5_x<4 * groups>(states, pointers, blocks, words…, sines…)` on vectors. States lie
 * as all a, all b, all c, all d, LANES wide. The addresses of the scratch words and of the table
 * of sines come several times: with one parameter each, V8 keeps them in too few registers.
 */
function vectorKernel(groups: number): string[] {
  const lines: string[] = [];
  const all = Array.from({ length: groups }, (_, group) => group);
  lines.push(
    `function md5_x${4 * groups}(st: usize, pt: usize, blocks: u32, w0: usize, w1: usize, ` +
      `w2: usize, w3: usize, k0: usize, k1: usize, k2: usize): void {`,
  );
  for (const g of all) {
    letters.forEach((x, k) => {
      lines.push(`  let ${x}${g}: v128 = v128.load(st, ${k * 48 + g * 16});`);
    });
    for (let lane = 4 * g; lane < 4 * g + 4; lane++) {
      lines.push(`  let p${lane}: usize = load<u32>(pt, ${lane * 4});`);
    }
  }
  lines.push("  for (let n: u32 = 0; n < blocks; n++) {");
  for (const g of all) {
    for (let quarter = 0; quarter < 4; quarter++) lines.push(...transpose(g, quarter, groups));
    for (let lane = 4 * g; lane < 4 * g + 4; lane++) lines.push(`    p${lane} += 64;`);
  }
  for (const g of all) for (const x of letters) lines.push(`    const s${x}${g} = ${x}${g};`);
  eachStep(groups, ({ round, word, rotation }, index, g, [a, b, c, d]) => {
    const at = (word * groups + g) * 16;
    const sum = `i32x4.add(i32x4.add(${a}, v128.load(w${round}, ${at})), ` +
      `v128.load(k${g}, ${index * 16}))`;
    const mixed = [
      `i32x4.add(${sum}, v128.xor(${d}, v128.and(${b}, v128.xor(${c}, ${d}))))`,
      `i32x4.add(i32x4.add(${sum}, v128.andnot(${c}, ${d})), v128.and(${b}, ${d}))`,
      `i32x4.add(${sum}, v128.xor(${b}, v128.xor(${c}, ${d})))`,
      `i32x4.add(${sum}, v128.xor(${c}, v128.or(${b}, v128.not(${d}))))`,
    ][round];
    const rotated = rotation === 16
      ? `v128.shuffle<u16>(${a}, ${a}, 1, 0, 3, 2, 5, 4, 7, 6)`
      : `v128.or(i32x4.shl(${a}, ${rotation}), i32x4.shr_u(${a}, ${32 - rotation}))`;
    lines.push(`    ${a} = ${mixed};`, `    ${a} = i32x4.add(${rotated}, ${b});`);
  });
  for (const g of all) {
    for (const x of letters) lines.push(`    ${x}${g} = i32x4.add(${x}${g}, s${x}${g});`);
  }
  lines.push("  }");
  for (const g of all) {
    letters.forEach((x, k) => lines.push(`  v128.store(st, ${x}${g}, ${k * 48 + g * 16});`));
    for (let lane = 4 * g; lane < 4 * g + 4; lane++) {
      lines.push(`  store<u32>(pt, <u32>p${lane}, ${lane * 4});`);
    }
  }
  lines.push("}");
  return lines;
}

/** Four message words of each of a group's four lanes, turned into four vectors of one word each. */
function transpose(group: number, quarter: number, groups: number): string[] {
  const rows = [0, 1, 2, 3].map((row) =>
    `r${row} = v128.load(p${4 * group + row}, ${quarter * 16})`
  );
  const place = (word: number) => ((quarter * 4 + word) * groups + group) * 16;
  return [
    "    {",
    `      const ${rows.join(", ")};`,
    "      const t0 = v128.shuffle<u32>(r0, r1, 0, 4, 1, 5);",
    "      const t1 = v128.shuffle<u32>(r2, r3, 0, 4, 1, 5);",
    "      const t2 = v128.shuffle<u32>(r0, r1, 2, 6, 3, 7);",
    "      const t3 = v128.shuffle<u32>(r2, r3, 2, 6, 3, 7);",
    `      v128.store(w0, v128.shuffle<u64>(t0, t1, 0, 2), ${place(0)});`,
    `      v128.store(w0, v128.shuffle<u64>(t0, t1, 1, 3), ${place(1)});`,
    `      v128.store(w0, v128.shuffle<u64>(t2, t3, 0, 2), ${place(2)});`,
    `      v128.store(w0, v128.shuffle<u64>(t2, t3, 1, 3), ${place(3)});`,
    "    }",
  ];
}

/** The source of all block functions and the table they read. */
export function kernelSource(): string {
  const splats = sines.flatMap((sine) => [sine, sine, sine, sine]).join(", ");
  return [
    `const SINES: usize = memory.data<i32>([${splats}], 16);`,
    ...scalarKernel(1),
    ...scalarKernel(2),
    ...vectorKernel(1),
    ...vectorKernel(2),
    ...vectorKernel(3),
    "",
  ].join("\n");
}
