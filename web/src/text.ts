/** The words of the interface, English and Chinese. */

export type Language = "en" | "zh";

const WORDS = {
  search: ["Search: name, alias, pinyin (cancha, cc)", "搜索：名称、别名、拼音（cancha、cc）"],
  nothing: ["Nothing found. Try a part of the name.", "没有找到，试试名字的一部分。"],
  notes: ["notes", "篇笔记"],
  mentions: ["mentions", "次提及"],
  things: ["things", "个实体"],
  statements: ["statements", "条断言"],
  thingsTitle: ["Things", "实体"],
  statementsTitle: ["Statements", "断言"],
  mentionsTitle: ["Mentions", "提及"],
  notesTitle: ["Notes", "笔记"],
  start: ["What do your notes say?", "你的笔记说了什么？"],
  intro: ["Ask, or click a name on the map. Every answer shows the sentence it was read in.", "提个问题，或点图上的名字。每个回答都附上笔记里的原句。"],
  howConnected: ["How are {a} and {b} connected?", "{a} 和 {b} 有什么联系？"],
  whatIs: ["What do the notes say about {a}?", "关于 {a}，笔记说了什么？"],
  whatToRead: ["What is there to read about {a}?", "想了解 {a}，可以读什么？"],
  regions: ["Regions of the map", "地图上的区域"],
  definition: ["In a sentence", "一句话"],
  says: ["What the notes say", "笔记怎么说"],
  together: ["Only named together", "只是同时出现"],
  read: ["To read", "延伸阅读"],
  related: ["Closest", "最相关"],
  timeline: ["By year", "按年份"],
  inNotes: ["In these notes", "出现在"],
  more: ["show {n} more", "再显示 {n} 条"],
  also: ["also", "又名"],
  path: ["Paths", "路径"],
  pathIntro: ["Choose two or more topics to see how the notes connect them.", "选择两个或更多主题，看笔记怎样把它们连起来。"],
  addTopic: ["Add a topic", "添加主题"],
  typedOnly: ["Only what a sentence states", "只看句子明说的关系"],
  noPath: ["The notes do not connect these.", "笔记没有把它们连起来。"],
  onlyTogether: ["The notes only name the two together; no sentence says how they are tied.", "笔记只是同时提到两者，没有说它们有什么关系。"],
  route: ["Path {n}", "路径 {n}"],
  fromHere: ["Path from here", "从这里找路径"],
  table: ["Table", "表格"],
  insights: ["Bridges and gaps", "桥与缺口"],
  bridges: ["Bridges", "桥"],
  bridgesIntro: ["Things that tie several regions of the map together.", "把几个区域连在一起的实体。"],
  gaps: ["Gaps", "缺口"],
  gapsIntro: ["Pairs that share neighbours, though no sentence ties them: something to look up or to write.", "有共同邻居、却没有句子相连的两者：值得查，或值得写。"],
  shared: ["{n} in common", "{n} 个共同邻居"],
  changes: ["New since your last visit", "上次打开之后的新内容"],
  noChanges: ["Nothing is new since your last visit.", "上次打开之后没有新内容。"],
  gone: ["{n} things and statements are gone.", "{n} 个实体和断言已不在。"],
  filters: ["Filters", "筛选"],
  types: ["Types", "类型"],
  predicates: ["Relations", "关系"],
  confidence: ["Confidence at least", "可信度至少"],
  years: ["Years", "年份"],
  folder: ["Notes whose path contains", "笔记路径包含"],
  weak: ["Show mere co-occurrence", "显示单纯的同现"],
  reset: ["Reset", "重置"],
  export: ["Take away", "导出"],
  png: ["Picture (PNG)", "图片（PNG）"],
  svg: ["Picture (SVG)", "图片（SVG）"],
  gexf: ["Gephi (GEXF)", "Gephi（GEXF）"],
  csvThings: ["Things (CSV)", "实体（CSV）"],
  csvClaims: ["Statements (CSV)", "断言（CSV）"],
  copyTable: ["Copy", "复制"],
  copied: ["Copied", "已复制"],
  theme: ["Light or dark", "明暗"],
  language: ["中文", "English"],
  zoomIn: ["Zoom in", "放大"],
  zoomOut: ["Zoom out", "缩小"],
  fit: ["Whole map", "全图"],
  close: ["Close", "关闭"],
  link: ["Copy link", "复制链接"],
  cite: ["Copy sentence with its source", "复制句子和出处"],
  wrong: ["This is wrong", "这不对"],
  wrongCopied: ["Line for kg.corrections.yaml copied", "kg.corrections.yaml 的一行已复制"],
  sparql: ["Open in SPARQL", "用 SPARQL 打开"],
  map: ["Map of the graph. Arrow keys move, plus and minus zoom, 0 shows all; search and table reach everything without it.", "图谱地图。方向键移动，加减号缩放，0 看全图；不用地图也能从搜索和表格到达一切。"],
  name: ["Name", "名称"],
  type: ["Type", "类型"],
  year: ["Year", "年份"],
  degree: ["Ties", "关联"],
  subject: ["Subject", "主语"],
  relation: ["Relation", "关系"],
  object: ["Object", "宾语"],
  sentences: ["Sentences", "句子"],
  menu: ["Menu", "菜单"],
  filtered: ["{n} of {m} shown", "显示 {n} / {m}"],
} as const;

export type Word = keyof typeof WORDS;

let language: Language = "en";

export function setLanguage(wanted: Language): void {
  language = wanted;
  document.documentElement.lang = wanted === "zh" ? "zh-Hans" : "en";
}

export function currentLanguage(): Language {
  return language;
}

export function pick(pair: readonly [en: string, zh: string]): string {
  return pair[language === "zh" ? 1 : 0] || pair[0];
}

export function t(word: Word, values: Record<string, string | number> = {}): string {
  return pick(WORDS[word]).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
