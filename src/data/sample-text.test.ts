import { describe, expect, test } from 'vitest';
import { hashText } from './random.ts';
import { sampleText } from './sample-text.ts';

const text = sampleText();

describe('the sample text', () => {
  test('is as long as asked, 40,000 characters otherwise, and the shorter is the beginning of the longer', () => {
    expect(text).toHaveLength(40_000);
    expect(sampleText(123)).toBe(text.slice(0, 123));
    expect(sampleText(90_000).startsWith(text)).toBe(true);
    expect(() => sampleText(0)).toThrow('characters must be a positive integer, got 0');
  });

  test('is ASCII with both cases of letters, punctuation and paragraphs', () => {
    expect(text).toMatch(/^[\n -~]+$/);
    const symbols = new Set(text);
    expect(symbols.size).toBeGreaterThan(50);
    expect(symbols.size).toBeLessThan(75);
    for (const symbol of '.,;:!?"abcdefghijklmnopqrstuvwxyz') expect(symbols.has(symbol)).toBe(true);
    expect(text.split('\n\n').length).toBeGreaterThan(150);
  });

  test('is this very text: measured losses refer to it', () => {
    expect(hashText(text)).toBe(3787966343);
  });

  test('leaves no blank unfilled and no sentence without its capital', () => {
    expect(text).not.toMatch(/[{}^]|undefined/);
    expect(text).not.toMatch(/[.!?] [a-z]/);
    expect(text).not.toMatch(/\n"?[a-z]/);
    expect(text).not.toMatch(/ {2}|\n{4}/);
  });

  test('has the right article', () => {
    expect(text).not.toMatch(/\ba ([aeiou]|hour|honest)/i);
    expect(text).not.toMatch(/\ban (?![aeiou]|hour|honest)/i);
  });

  test('opens and closes every quotation within its paragraph', () => {
    for (const paragraph of text.split('\n\n').slice(0, -1)) expect((paragraph.match(/"/g) ?? []).length % 2).toBe(0);
  });

  test('hardly repeats itself', () => {
    const sentences = text.split(/(?<=[.!?]"?)\s+/).filter((sentence) => sentence.length > 40);
    expect(new Set(sentences).size / sentences.length).toBeGreaterThan(0.95);
    const vocabulary = new Set(text.toLowerCase().match(/[a-z]+/g));
    expect(vocabulary.size).toBeGreaterThan(700);
  });
});
