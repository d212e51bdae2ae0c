import { describe, expect, test } from 'vitest';
import { lineThatFits, progressLine } from '../../src/terminal/progress-line.ts';

describe('the line of a download fits', () => {
  test.each<[number, string, number, number | undefined, string]>([
    [80, 'greet', 1_200_000, 3_400_000, '       greet [##########                    ] 1.2 of 3.4 MB'],
    [80, 'greet', 3_400_000, 3_400_000, '       greet [##############################] 3.4 of 3.4 MB'],
    [80, 'greet', 1_200_000, undefined, '       greet 1.2 MB'],
    [50, 'greet', 1_700_000, 3_400_000, '       greet [##########          ] 1.7 of 3.4 MB'],
    [30, 'greet', 1_700_000, 3_400_000, '       greet 1.7 of 3.4 MB'],
    [30, 'greet', 100_000_000, 256_000_000, '      greet 100.0 of 256.0 MB'],
    [30, 'a-plugin-with-a-long-name', 1_700_000, 3_400_000, 'a-plugin-with-~ 1.7 of 3.4 MB'],
    [30, 'a-plugin-with-a-long-name', 100_000_000, 256_000_000, 'a-plugin-w~ 100.0 of 256.0 MB'],
    [12, 'greet', 1_700_000, 3_400_000, '1.7 of 3.4 '],
    [80, 'greet', 5_000_000, 3_400_000, '       greet [##############################] 5.0 of 3.4 MB'],
    [80, 'greet', 0, 0, '       greet [##############################] 0.0 of 0.0 MB'],
  ])('%i columns: %s, %i of %s bytes', (columns, label, received, total, expected) => {
    expect(progressLine(label, received, total, columns)).toBe(expected);
  });

  test('in every width, whatever it is about', () => {
    for (let columns = 0; columns <= 120; columns++) {
      for (const label of ['g', 'greet', 'a-plugin-with-a-long-name']) {
        for (const line of [progressLine(label, 1e8, 2.56e8, columns), progressLine(label, 1e8, undefined, columns), lineThatFits(label, '|', columns)]) {
          expect(line.length).toBeLessThanOrEqual(Math.max(0, columns - 1));
        }
      }
    }
  });
});
