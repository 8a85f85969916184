BEGIN TRANSACTION;
CREATE TABLE draft_documents (
	draft_id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	revision BIGINT NOT NULL, 
	base TEXT, 
	state TEXT, 
	CONSTRAINT pk_draft_documents PRIMARY KEY (draft_id, "key"), 
	CONSTRAINT ck_draft_documents_gone CHECK ((base IS NULL) = (state IS NULL)), 
	CONSTRAINT fk_draft_documents_drafts FOREIGN KEY(draft_id) REFERENCES drafts (id) ON DELETE CASCADE
);
INSERT INTO "draft_documents" VALUES(1,'id:4',1795884678644670,'{"source":{"id":4,"text":"A pool, a bar","segments":[{"span":[2,6],"tags":[{"class":"Room","label":"NEG"}]},{"span":[10,13],"tags":[{"class":"Price","label":"NEU"}]}]},"keys":[["b0",["b0"],[]],["s1.1",["s1.1.0"],[]]]}','{"position":3,"done":null,"segments":["b0","s1.1"],"sent":null}');
INSERT INTO "draft_documents" VALUES(1,'id:6',1795884678644672,'{"source":{"id":6,"text":"Cold rooms","segments":[{"span":[5,10],"tags":[{"class":"Room","label":"NEG"}]}]},"keys":[["b0",["b0"],[]]]}','{"position":5,"done":null,"segments":["b0"],"sent":null}');
INSERT INTO "draft_documents" VALUES(1,'id:5',1795884678644676,'{"source":{"id":5,"text":"Nice beds, nice view","segments":[{"span":[0,4],"tags":[{"class":"Room","label":"NEU"}]},{"span":[5,9],"tags":[{"class":"Room","label":"POS"}]},{"span":[16,20],"tags":[{"class":"Room","label":"NEG"}]}]},"keys":[["r5.0",["r5.0.0"],[]],["b0",["b0"],[]],["r5.2",["r5.2.0"],[]]]}','{"position":4,"done":null,"segments":[{"key":"r5.0","segment":{"span":[0,4],"tags":[{"class":"Room","label":"NEG"}]},"tag_keys":["r5.0.0"],"since":[]},"b0"],"sent":null}');
INSERT INTO "draft_documents" VALUES(1,'id:1',1795884678644680,'{"source":{"id":1,"text":"Kind staff, small room, great caf\u00e9.","segments":[{"text":"staff","span":[5,10],"tags":[{"class":"Staff","label":"POS"}]},{"text":"room","span":[18,22],"tags":[{"class":"Room","label":"NEG"},{"class":"Price","label":"NEU"}]},{"text":"caf\u00e9","span":[30,34],"tags":[]}]},"keys":[["b0",["b0"],[]],["b1",["b0","b1"],[]],["b2",[],[]]]}','{"position":0,"done":null,"segments":[{"key":"w1-7.0","segment":{"text":"Kind","span":[0,4],"tags":[{"class":"Staff","label":"POS"}]},"tag_keys":["w1-7.0"]},{"key":"b0","segment":{"text":"staff","span":[5,10],"tags":[{"class":"Staff","label":"NEG"}]},"tag_keys":["b0"],"since":[]},{"key":"b1","segment":{"text":"small room","span":[12,22],"tags":[{"class":"Room","label":"NEG"},{"class":"Price","label":"NEU"}]},"tag_keys":["b0","b1"],"raw":null,"since":[]}],"sent":null}');
INSERT INTO "draft_documents" VALUES(1,'id:2',1795884678644688,'{"source":{"id":2,"text":"Room and staff are fine.","segments":[{"text":"Room","span":[0,4],"tags":[{"class":"Room","label":"POS","id":9}],"id":71},{"text":"staff","span":[9,14],"tags":[{"label":"POS"}],"id":72,"colour":"red"}],"annotated":false},"keys":[["b0",["b0"],[]],["b1",["b0"],[]]]}','{"position":1,"done":true,"segments":[{"key":"b0","segment":{"text":"Room","span":[0,4],"tags":[{"class":"Room","label":"POS","id":9},{"class":"Staff"}],"id":71},"tag_keys":["b0","w1-10.0"],"since":[]},"b1"],"sent":null}');
INSERT INTO "draft_documents" VALUES(1,'text:a4679c7a61e25d966aa3aefcb95363721a14ea581a035b7b947992cb1f3a0cc8#1',1795884678644686,'{"source":{"text":"Low price","segments":[{"span":[4,9],"tags":[{"class":"Price","label":"POS"}]}]},"keys":[["b0",["b0"],[]]]}','{"position":2,"done":null,"segments":[{"key":"b0","segment":{"span":[4,9],"tags":[{"class":"Price","label":"POS"}]},"tag_keys":["b0"],"raw":{"start":null,"end":9},"since":[0]}],"sent":null}');
CREATE TABLE draft_steps (
	draft_id INTEGER NOT NULL, 
	number BIGINT NOT NULL, 
	revision BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_draft_steps PRIMARY KEY (draft_id, number), 
	CONSTRAINT fk_draft_steps_drafts FOREIGN KEY(draft_id) REFERENCES drafts (id) ON DELETE CASCADE
);
INSERT INTO "draft_steps" VALUES(1,1,1795884678644670,'{"number":1,"name":"Tag \u201cpool\u201d Room/NEG","edits":[{"kind":"segment","document":"id:4","at":0,"before":{"key":"b0","segment":{"span":[2,6],"tags":[{"class":"Room","label":"POS"}]},"tag_keys":["b0"],"since":[]},"after":{"key":"b0","segment":{"span":[2,6],"tags":[{"class":"Room","label":"NEG"}]},"tag_keys":["b0"],"since":[]}}],"kind":"edit","of":null,"saved":true,"at":"2026-11-28T16:00:00+00:00"}');
INSERT INTO "draft_steps" VALUES(1,2,1795884678644671,'{"number":2,"name":"Document 6: done","edits":[{"kind":"done","document":"id:6","before":null,"after":true}],"kind":"edit","of":null,"at":"2026-11-28T16:00:00+00:00"}');
INSERT INTO "draft_steps" VALUES(1,3,1795884678644672,'{"number":3,"name":"Undo: Document 6: done","edits":[{"kind":"done","document":"id:6","before":true,"after":null}],"kind":"undo","of":2,"at":"2026-11-28T16:00:00+00:00"}');
INSERT INTO "draft_steps" VALUES(1,4,1795884678644673,'{"number":4,"name":"Document 5: done","edits":[{"kind":"done","document":"id:5","before":null,"after":true}],"kind":"edit","of":null,"at":"2026-11-28T16:00:00+00:00"}');
INSERT INTO "draft_steps" VALUES(1,5,1795884678644674,'{"number":5,"name":"Undo: Document 5: done","edits":[{"kind":"done","document":"id:5","before":true,"after":null}],"kind":"undo","of":4,"at":"2026-11-28T16:00:00+00:00"}');
INSERT INTO "draft_steps" VALUES(1,6,1795884678644675,'{"number":6,"name":"Tag \u201cNice\u201d Room/NEG","edits":[{"kind":"segment","document":"id:5","at":0,"before":{"key":"r5.0","segment":{"span":[0,4],"tags":[{"class":"Room","label":"NEU"}]},"tag_keys":["r5.0.0"],"since":[]},"after":{"key":"r5.0","segment":{"span":[0,4],"tags":[{"class":"Room","label":"NEG"}]},"tag_keys":["r5.0.0"],"since":[]}}],"kind":"edit","of":null,"at":"2026-11-28T16:00:00+00:00"}');
INSERT INTO "draft_steps" VALUES(1,7,1795884678644676,'{"number":7,"name":"Delete 1 row","edits":[{"kind":"segment","document":"id:5","at":2,"before":{"key":"r5.2","segment":{"span":[16,20],"tags":[{"class":"Room","label":"NEG"}]},"tag_keys":["r5.2.0"],"since":[]},"after":null}],"kind":"edit","of":null,"at":"2026-11-28T16:00:00+00:00"}');
INSERT INTO "draft_steps" VALUES(1,8,1795884678644677,'{"number":8,"name":"Tag \u201cstaff\u201d Staff/NEG","edits":[{"kind":"segment","document":"id:1","at":0,"before":{"key":"b0","segment":{"text":"staff","span":[5,10],"tags":[{"class":"Staff","label":"POS"}]},"tag_keys":["b0"],"since":[]},"after":{"key":"b0","segment":{"text":"staff","span":[5,10],"tags":[{"class":"Staff","label":"NEG"}]},"tag_keys":["b0"],"since":[]}}],"kind":"edit","of":null,"at":"2026-11-28T16:00:00+00:00"}');
INSERT INTO "draft_steps" VALUES(1,9,1795884678644678,'{"number":9,"name":"Tag \u201cKind\u201d Staff/POS","edits":[{"kind":"segment","document":"id:1","at":0,"before":null,"after":{"key":"w1-7.0","segment":{"text":"Kind","span":[0,4],"tags":[{"class":"Staff","label":"POS"}]},"tag_keys":["w1-7.0"]}}],"kind":"edit","of":null,"at":"2026-11-28T16:00:00+00:00"}');
INSERT INTO "draft_steps" VALUES(1,10,1795884678644679,'{"number":10,"name":"Move segment 3 to \u201csmall room\u201d","edits":[{"kind":"segment","document":"id:1","at":2,"before":{"key":"b1","segment":{"text":"room","span":[18,22],"tags":[{"class":"Room","label":"NEG"},{"class":"Price","label":"NEU"}]},"tag_keys":["b0","b1"],"since":[]},"after":{"key":"b1","segment":{"text":"small room","span":[12,22],"tags":[{"class":"Room","label":"NEG"},{"class":"Price","label":"NEU"}]},"tag_keys":["b0","b1"],"raw":null,"since":[]}}],"kind":"edit","of":null,"at":"2026-11-28T16:00:00+00:00"}');
INSERT INTO "draft_steps" VALUES(1,11,1795884678644680,'{"number":11,"name":"Delete 1 row","edits":[{"kind":"segment","document":"id:1","at":3,"before":{"key":"b2","segment":{"text":"caf\u00e9","span":[30,34],"tags":[]},"tag_keys":[],"since":[]},"after":null}],"kind":"edit","of":null,"at":"2026-11-28T16:00:00+00:00"}');
INSERT INTO "draft_steps" VALUES(1,12,1795884678644681,'{"number":12,"name":"Add a tag to segment 1","edits":[{"kind":"segment","document":"id:2","at":0,"before":{"key":"b0","segment":{"text":"Room","span":[0,4],"tags":[{"class":"Room","label":"POS","id":9}],"id":71},"tag_keys":["b0"],"since":[]},"after":{"key":"b0","segment":{"text":"Room","span":[0,4],"tags":[{"class":"Room","label":"POS","id":9},{}],"id":71},"tag_keys":["b0","w1-10.0"],"since":[]}}],"kind":"edit","of":null,"at":"2026-11-28T16:00:00+00:00"}');
INSERT INTO "draft_steps" VALUES(1,13,1795884678644682,'{"number":13,"name":"Tag \u201cRoom\u201d Staff","edits":[{"kind":"segment","document":"id:2","at":0,"before":{"key":"b0","segment":{"text":"Room","span":[0,4],"tags":[{"class":"Room","label":"POS","id":9},{}],"id":71},"tag_keys":["b0","w1-10.0"],"since":[]},"after":{"key":"b0","segment":{"text":"Room","span":[0,4],"tags":[{"class":"Room","label":"POS","id":9},{"class":"Staff"}],"id":71},"tag_keys":["b0","w1-10.0"],"since":[]}}],"kind":"edit","of":null,"at":"2026-11-28T16:00:00+00:00"}');
INSERT INTO "draft_steps" VALUES(1,14,1795884678644683,'{"number":14,"name":"Document 2: done","edits":[{"kind":"done","document":"id:2","before":false,"after":true}],"kind":"edit","of":null,"at":"2026-11-28T16:00:00+00:00"}');
INSERT INTO "draft_steps" VALUES(1,15,1795884678644684,'{"number":15,"name":"Rename class Staff to Team","edits":[{"kind":"rename","index":0,"rule":{"field":"classes","old":"Staff","new":"Team","is_fresh":true}},{"kind":"names","field":"classes","before":["Staff","Room","Price"],"after":["Team","Room","Price"]}],"kind":"edit","of":null,"at":"2026-11-28T16:00:00+00:00"}');
INSERT INTO "draft_steps" VALUES(1,16,1795884678644685,'{"number":16,"name":"Merge class Price into Room","edits":[{"kind":"rename","index":1,"rule":{"field":"classes","old":"Price","new":"Room"}},{"kind":"names","field":"classes","before":["Team","Room","Price"],"after":["Team","Room"]}],"kind":"edit","of":null,"at":"2026-11-28T16:00:00+00:00"}');
INSERT INTO "draft_steps" VALUES(1,17,1795884678644686,'{"number":17,"name":"Move segment 1 to start emptied","edits":[{"kind":"segment","document":"text:a4679c7a61e25d966aa3aefcb95363721a14ea581a035b7b947992cb1f3a0cc8#1","at":0,"before":{"key":"b0","segment":{"span":[4,9],"tags":[{"class":"Price","label":"POS"}]},"tag_keys":["b0"],"since":[]},"after":{"key":"b0","segment":{"span":[4,9],"tags":[{"class":"Price","label":"POS"}]},"tag_keys":["b0"],"raw":{"start":null,"end":9},"since":[0]}}],"kind":"edit","of":null,"at":"2026-11-28T16:00:00+00:00"}');
INSERT INTO "draft_steps" VALUES(1,18,1795884678644687,'{"number":18,"name":"Tag \u201cstaff\u201d NEG","edits":[{"kind":"segment","document":"id:2","at":1,"before":{"key":"b1","segment":{"text":"staff","span":[9,14],"tags":[{"label":"POS"}],"id":72,"colour":"red"},"tag_keys":["b0"],"since":[]},"after":{"key":"b1","segment":{"text":"staff","span":[9,14],"tags":[{"label":"NEG"}],"id":72,"colour":"red"},"tag_keys":["b0"],"since":[2]}}],"kind":"edit","of":null,"at":"2026-11-28T16:00:00+00:00"}');
INSERT INTO "draft_steps" VALUES(1,19,1795884678644688,'{"number":19,"name":"Undo: Tag \u201cstaff\u201d NEG","edits":[{"kind":"segment","document":"id:2","at":1,"before":{"key":"b1","segment":{"text":"staff","span":[9,14],"tags":[{"label":"NEG"}],"id":72,"colour":"red"},"tag_keys":["b0"],"since":[2]},"after":{"key":"b1","segment":{"text":"staff","span":[9,14],"tags":[{"label":"POS"}],"id":72,"colour":"red"},"tag_keys":["b0"],"since":[]}}],"kind":"undo","of":18,"at":"2026-11-28T16:00:00+00:00"}');
CREATE TABLE draft_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT draft_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "draft_version" VALUES('0002');
CREATE TABLE draft_windows (
	draft_id INTEGER NOT NULL, 
	window TEXT NOT NULL, 
	number BIGINT NOT NULL, 
	CONSTRAINT pk_draft_windows PRIMARY KEY (draft_id, window), 
	CONSTRAINT fk_draft_windows_drafts FOREIGN KEY(draft_id) REFERENCES drafts (id) ON DELETE CASCADE
);
INSERT INTO "draft_windows" VALUES(1,'w1.7bf78174',20);
CREATE TABLE drafts (
	id INTEGER NOT NULL, 
	api TEXT NOT NULL, 
	person TEXT NOT NULL, 
	session TEXT NOT NULL, 
	revision BIGINT NOT NULL, 
	first_step BIGINT NOT NULL, 
	state TEXT, 
	facts TEXT, 
	created DOUBLE NOT NULL, 
	updated DOUBLE NOT NULL, 
	CONSTRAINT pk_drafts PRIMARY KEY (id), 
	CONSTRAINT ck_drafts_removed CHECK ((state IS NULL) = (facts IS NULL)), 
	CONSTRAINT uq_drafts_api_person_session UNIQUE (api, person, session)
);
INSERT INTO "drafts" VALUES(1,'embedded','ann','1/5',1795884678644688,1,'{"base":{"id":5,"project_id":1,"name":"Hotel reviews","classes":["Staff","Room","Price"],"labels":["POS","NEG","NEU"],"status":"CREATED","mode":"ANNOTATION","type":"ABSA","document_count":6},"name":"Hotel reviews","classes":["Team","Room"],"labels":["POS","NEG","NEU"],"renames":{"made":[{"field":"classes","old":"Staff","new":"Team","is_fresh":true},{"field":"classes","old":"Price","new":"Room"}],"log":[[0,true],[1,true]]},"held":0,"taken":19,"in_doubt":null}','[1, 5, "Hotel reviews", 11]',1.79588467864466977113e+09,1.79588467895868921279e+09);
CREATE TABLE leases (
	what TEXT NOT NULL, 
	holder TEXT NOT NULL, 
	words TEXT NOT NULL, 
	until DOUBLE NOT NULL, 
	CONSTRAINT pk_leases PRIMARY KEY (what)
);
CREATE TABLE preferences (
	api TEXT NOT NULL, 
	person TEXT NOT NULL, 
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_preferences PRIMARY KEY (api, person, name)
);
CREATE INDEX ix_draft_documents_draft_id_revision ON draft_documents (draft_id, revision);
CREATE INDEX ix_draft_steps_draft_id_revision ON draft_steps (draft_id, revision);
COMMIT;
