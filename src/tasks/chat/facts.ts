/** What people tell of themselves and of others in a line of conversation, how they ask for it and how it is told back. */

/** Templates of word tokens with a space around each mark; `{value}` is what is told. */
export interface Fact {
  readonly values: readonly string[];
  readonly tells: readonly string[];
  readonly asks: readonly string[];
  readonly answer: string;
  /** Two values to choose from, of which one was told. */
  readonly choices: readonly string[];
}

/** A fact that may be asked for although it was not told. */
export interface OwnFact extends Fact {
  /** The answer then. */
  readonly unknown: string;
}

const names = words(
  'orla tamsin nell edda ingrid vesna zora agnes wilma bettany bryn joss perrin corin anselm rufus marlo tobias quentin ludo osric hamish ' +
    'ivor gwill mona petra ruben silas thea ulric',
);
const towns = words(
  'aldermoor quenby thistlewick oxmere saltby zennaby mossgate pockridge dunlatch ferrow harrowby juniper kettlewick lowfen marshend netherby',
);
const ages = Array.from({ length: 50 }, (_, index) => String(index + 11));
const pets = words('fox heron badger crow hedgehog goat donkey hare magpie mole tortoise goose toad lynx');

/** Of the one who speaks. */
export const ownFacts: Readonly<Record<'name' | 'town' | 'age' | 'pet', OwnFact>> = {
  name: {
    values: names,
    tells: ['my name is {value}', 'i am called {value}', 'i am {value}', 'people call me {value}'],
    asks: ['what is my name ?', 'who am i ?', 'do you remember my name ?', 'what am i called ?'],
    answer: 'your name is {value} .',
    choices: ['is my name {first} or {second} ?', 'am i called {first} or {second} ?'],
    unknown: 'you have not told me your name .',
  },
  town: {
    values: towns,
    tells: ['i live in {value}', 'my home is in {value}', 'i come from {value}'],
    asks: ['where do i live ?', 'where is my home ?', 'which town is mine ?'],
    answer: 'you live in {value} .',
    choices: ['do i live in {first} or in {second} ?', 'is my home in {first} or in {second} ?'],
    unknown: 'you have not told me where you live .',
  },
  age: {
    values: ages,
    tells: ['i am {value} years old', 'my age is {value}', 'i turned {value} this year'],
    asks: ['how old am i ?', 'what is my age ?', 'do you know how old i am ?'],
    answer: 'you are {value} years old .',
    choices: ['am i {first} or {second} years old ?', 'is my age {first} or {second} ?'],
    unknown: 'you have not told me how old you are .',
  },
  pet: {
    values: pets,
    tells: ['i have a {value}', 'my pet is a {value}', 'a {value} lives with me'],
    asks: ['what pet do i have ?', 'which animal lives with me ?', 'what is my pet ?'],
    answer: 'you have a {value} .',
    choices: ['do i have a {first} or a {second} ?', 'is my pet a {first} or a {second} ?'],
    unknown: 'you have not told me of a pet .',
  },
};

const relatives = words('sister brother friend');

/** Of somebody else, so that a name or a town in the line need not be the speaker's. */
export const otherFacts: readonly Fact[] = relatives.flatMap((who) => [
  {
    values: names,
    tells: [`my ${who} is called {value}`, `the name of my ${who} is {value}`],
    asks: [`what is my ${who} called ?`, `what is the name of my ${who} ?`],
    answer: `your ${who} is called {value} .`,
    choices: [`is my ${who} called {first} or {second} ?`],
  },
  {
    values: towns,
    tells: [`my ${who} lives in {value}`, `my ${who} comes from {value}`],
    asks: [`where does my ${who} live ?`, `which town is home to my ${who} ?`],
    answer: `your ${who} lives in {value} .`,
    choices: [`does my ${who} live in {first} or in {second} ?`],
  },
]);

export const greetings = ['hello .', 'good morning .', 'hello there .', 'good evening .', 'hi .'];

/** Said in passing, to be passed over. */
export const asides = [
  'it is raining today',
  'the bus was late again',
  'i like plum cake',
  'the market is full of people',
  'my shoes are wet',
  'the wind comes from the east',
  'there is nothing left of the bread',
];

/** Before what is right after all: `i am nell , no , i mean thea`. */
export const corrections = [', no , i mean', ', sorry , i meant', ', or rather'];

/** Questions to the one who answers; the second answer is for somebody who has told no name. */
export const courtesies: readonly { readonly asks: readonly string[]; readonly answer: string; readonly toStranger: string }[] = [
  {
    asks: ['what is your name ?', 'who are you ?', 'and what are you called ?'],
    answer: 'my name is echo , and yours is {value} .',
    toStranger: 'my name is echo . what is yours ?',
  },
  {
    asks: ['will you greet me ?', 'say hello to me .', 'do you not say hello ?'],
    answer: 'hello , {value} .',
    toStranger: 'hello , stranger .',
  },
  {
    asks: ['i have to go now .', 'see you tomorrow .', 'it is time to leave .'],
    answer: 'goodbye , {value} .',
    toStranger: 'goodbye , stranger .',
  },
];

function words(list: string): readonly string[] {
  return list.split(' ');
}
