/**
 * The words of the sample text by the name of the blank that they fill; all of them our own choice, ASCII only. A word
 * may hold blanks itself. Nouns come without article, `landscape` and `weather` with all they need.
 */
export const sampleWords: Readonly<Record<string, readonly string[]>> = {
  woman: words(
    'Orla, Tamsin, Nell, Hesper, Edda, Ottoline, Ingrid, Vesna, Quilla, Maribel, Jessamy, Rosalind, Zora, Agnes, Wilma, Bettany',
  ),
  man: words('Bryn, Joss, Perrin, Corin, Fenwick, Anselm, Rufus, Zebedee, Marlo, Tobias, Quentin, Ludo, Osric, Hamish, Ivor, Gwill'),
  trade: words(
    'lamplighter, clockmaker, ferry keeper, baker, mapmaker, beekeeper, weaver, locksmith, gardener, potter, shepherd, bell ringer, ' +
      'bookbinder, glassblower, cooper, fiddler, apothecary, miller, kite maker, net mender, umbrella maker, toll keeper, quilter, ice cutter',
  ),
  town: words(
    'Aldermoor, Quenby, Thistlewick, Harrow Bay, Juniper Hollow, Oxmere, Low Fennel, Saltby, Verity Cross, Zennaby, Mossgate, ' +
      'Kettle End, Pockridge, Upper Wending, Dunlatch, Ferrow',
  ),
  thing: words(
    'brass key, silver thimble, copper kettle, blue lantern, cracked violin, sealed letter, compass, hourglass, wooden whistle, green bottle, ' +
      'music box, inky map, iron bell, amber bead, patched quilt, oak chest, tin crown, glass egg, red rowing boat, velvet glove, ' +
      'quince tree, paper kite, ivory comb, weathervane, painted drum, zither, pocket watch, box of matches',
  ),
  animal: words(
    'fox, heron, badger, crow, hedgehog, otter, goat, owl, donkey, hare, magpie, mole, tortoise, goose, toad, squirrel, lynx, ' +
      'kingfisher, moth, old dog, ox, jackdaw, stoat, white mare',
  ),
  landscape: words(
    'the salt marsh, the birch wood, the long valley, the quarry road, the old orchard, the frozen river, the windy pass, the black cliff, ' +
      'the heather slope, the ford below the mill, the broken bridge, the market square, the lighthouse steps, the beech avenue, ' +
      'the far meadow, the sunken lane, the hop gardens, the fox path, the harbor wall, the edge of the map',
  ),
  quality: words(
    'quiet, restless, patient, stubborn, generous, shy, clever, forgetful, cheerful, careful, proud, gentle, curious, honest, dreamy, ' +
      'absent, wary, jolly, exact, hopeful, brisk, solemn',
  ),
  look: words(
    'dusty, gleaming, crooked, narrow, ancient, crimson, pale, hollow, heavy, tiny, silent, frosty, golden, tangled, mossy, muddy, ' +
      'unlit, speckled, brittle, enormous, violet, rusty, smooth, zigzag',
  ),
  manner: words(
    'slowly, softly, at once, without a word, gladly, with both hands, very carefully, twice, like a cat, with a sigh, in a hurry, ' +
      'quite calmly, sideways, by the light of the moon, as if nothing had happened, without looking back',
  ),
  food: words(
    'plum cake, barley soup, warm bread, pickled eggs, honey, dried figs, oat biscuits, apple dumplings, smoked trout, a wedge of cheese, ' +
      'chestnuts, onion pie, quince jelly, ginger tea, pea broth',
  ),
  weather: list(
    'a thin rain fell on the roofs',
    'the wind came hard out of the east',
    'frost lay on every windowsill',
    'fog filled the lanes up to the eaves',
    'the sun hung low and red above the hills',
    'snow came down without a sound',
    'the sky was as blue as a jay',
    'thunder muttered behind the hills',
    'the first warm day had opened every door',
    'the stars were so many that nobody slept',
    'a rainbow stood over the mill for an hour',
    'the puddles wore thin hats of ice',
  ),
  time: list(
    'one evening in early spring',
    'on the last night of the harvest',
    'an hour before dawn',
    'on the shortest day of the year',
    'when the geese were flying south',
    'on a Thursday in June',
    'just after the noon bell',
    'in the week of the great flood',
    'on the eve of the fair',
    'at the turn of the tide',
    'while the kettle was still singing',
    'long after the candles were out',
  ),
  season: words('winter, summer, autumn, spring, harvest time, the rainy month, the season of fairs'),
  sound: list(
    'a bell rang three times',
    'something scratched at the door',
    'a flute answered from far away',
    'the floorboards gave a long groan',
    'an owl called from the chimney',
    'wheels rattled over the bridge',
    'a voice hummed an old tune',
    'a window banged and banged again',
    'water dripped into a bucket',
    'somebody laughed in the dark',
  ),
  count: words('three, four, five, six, seven, nine, ten, a dozen, forty, a hundred'),
  part: words('hand, sleeve, coat, left boot, elbow, collar, hat'),
  fear: words('the dark, deep water, crowds, the {look} house, being late, loud music, the sound of {his} own voice, the month of January'),
  wish: list(
    'to see the sea before {season}',
    'to own {a look} {thing}',
    'to find the {thing} that {his} grandmother had lost',
    'to be left in peace with {a thing}',
    'to learn what lay beyond {landscape}',
    'to hear the {animal} of {town} sing',
    'to pay back a very old debt',
    'to mend what could not be mended',
    'to be asked, just once, to dance',
  ),
  said: words('said, answered, replied, murmured, declared, whispered, added, admitted'),
  asked: words('asked, wondered, inquired, demanded'),
  saying: list(
    'a door that sticks is only asking to be lifted',
    'every {thing} remembers the hand that made it',
    'you cannot hurry {a animal}, you can only walk beside it',
    'a short road is long for {a quality} heart',
    'whoever counts the clouds will miss the rain',
    'an empty basket is the easiest to carry and the hardest to bring home',
    'whoever lends {a thing} to {a animal} must be fond of surprises',
    'the {look} candle burns as bright as any other',
    'what is lost in {season} is found in {season}',
    'good news needs no wheels',
    'even the {look} gate opens both ways',
    'a question is {a thing} with two handles',
    'the sea keeps no calendar',
    'it takes {a quality} fool to teach {a quality} king',
  ),
};

function words(text: string): readonly string[] {
  return text.split(', ');
}

function list(...entries: readonly string[]): readonly string[] {
  return entries;
}
