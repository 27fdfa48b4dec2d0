document.title = "织图 Zhitu";
